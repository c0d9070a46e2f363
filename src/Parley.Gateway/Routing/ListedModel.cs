namespace Parley.Gateway.Routing;

/// <summary>One line of <c>GET /v1/models</c>.</summary>
/// <param name="Id">What a client asks for: a model id, an alias, or <c>azure/deployment</c>.</param>
/// <param name="OwnedBy">The provider of its first target.</param>
/// <param name="FirstSeen">When the gateway first had it.</param>
/// <param name="Capabilities">What it is known to do; null when nothing is known.</param>
internal sealed record ListedModel(string Id, string OwnedBy, DateTimeOffset FirstSeen, ModelCapabilities? Capabilities);
