namespace Parley.Gateway.Tests.Apim;

/// <summary>A request or an answer.</summary>
internal sealed class PolicyMessage : IResponse
{
    /// <inheritdoc/>
    public int StatusCode { get; set; }

    internal PolicyHeaders Headers { get; } = [];
}
