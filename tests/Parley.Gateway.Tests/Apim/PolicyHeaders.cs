namespace Parley.Gateway.Tests.Apim;

/// <summary>The headers of a message.</summary>
internal sealed class PolicyHeaders : Dictionary<string, string>
{
    internal PolicyHeaders()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    internal string GetValueOrDefault(string name, string otherwise) => TryGetValue(name, out var value) ? value : otherwise;
}
