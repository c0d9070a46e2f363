namespace Parley.Gateway.Tests.Apim;

/// <summary>The variables of one request.</summary>
internal sealed class PolicyVariables : Dictionary<string, object>
{
    internal T? GetValueOrDefault<T>(string name, T? otherwise = default) => TryGetValue(name, out var value) ? (T)value : otherwise;
}
