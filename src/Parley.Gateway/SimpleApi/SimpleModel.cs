namespace Parley.Gateway.SimpleApi;

/// <summary>One line of <c>GET /api/models</c> (contracts §1).</summary>
/// <param name="ModelId">What a client asks for: a model's id, another name of it, or an alias.</param>
/// <param name="ModelName">The first target's upstream model, as it was written.</param>
/// <param name="ProviderName">How lists call the first target's provider.</param>
/// <param name="Temperature">What <c>/api/chat</c> sends; null when it sends none.</param>
/// <param name="SupportsVision">Whether <c>/api/chat/vision</c> may be asked; false also when nothing is known of it.</param>
/// <param name="Description">The operator's words.</param>
internal sealed record SimpleModel(string ModelId, string ModelName, string ProviderName, double? Temperature, bool SupportsVision, string Description);
