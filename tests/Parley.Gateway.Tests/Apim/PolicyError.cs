namespace Parley.Gateway.Tests.Apim;

/// <summary>What went wrong, and where.</summary>
internal sealed class PolicyError
{
    internal string Section { get; set; } = "";
}
