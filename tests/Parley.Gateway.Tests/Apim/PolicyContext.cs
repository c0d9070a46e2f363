namespace Parley.Gateway.Tests.Apim;

/// <summary>What policy expressions of API Management see: the part of its <c>context</c> that ours use, under its names.</summary>
internal sealed class PolicyContext
{
    internal Guid RequestId { get; } = Guid.NewGuid();

    internal PolicyVariables Variables { get; } = new();

    internal PolicyMessage Request { get; } = new();

    internal PolicyMessage Response { get; } = new();

    internal PolicyError LastError { get; } = new();
}
