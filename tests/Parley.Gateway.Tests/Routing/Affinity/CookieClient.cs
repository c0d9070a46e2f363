using System.Globalization;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>A client with a jar for the one cookie: it sends what was set last.</summary>
internal sealed class CookieClient(GatewayHost gateway) : IDisposable
{
    private readonly HttpClient _client = gateway.CreateClient(GatewayHost.AdminKey);
    private Wire.Answer? _last;

    /// <summary>What the jar holds; null while it is empty.</summary>
    internal int? Instance { get; set; }

    internal int Status => _last!.Status;

    internal string? SetCookie => _last!.Header("Set-Cookie");

    internal string? Header(string name) => _last!.Header(name);

    /// <summary>Makes a call, keeps the cookie, and says who answered.</summary>
    internal async Task<int> ServedByAsync()
    {
        (string, string)[] headers = Instance is { } own ? [("Cookie", $"APIM-Backend-Instance={own}")] : [];
        _last = await _client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""", headers);
        var set = SetCookie!["APIM-Backend-Instance=".Length..];
        Instance = int.Parse(set[..set.IndexOf(';', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        Assert.Equal(Instance.Value.ToString(CultureInfo.InvariantCulture), Header("X-Served-By-Instance"));
        return Instance.Value;
    }

    public void Dispose() => _client.Dispose();
}
