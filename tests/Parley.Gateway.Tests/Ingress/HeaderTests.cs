using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>What travels up and down, and whose word counts for the caller's address (contracts §§6, 7).</summary>
// Listeners hear the whole process, so what needs one and what needs none take turns.
[Collection(nameof(ActivityListener))]
public sealed class HeaderTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    [Trait("Contract", "2.keys")]
    public async Task Request_OnlyWhatIsListedTravelsUp()
    {
        await using var gateway = await GatewayHost.StartAsync();
        (string, string)[] listed =
        [
            ("OpenAI-Organization", "org-1"), ("OpenAI-Project", "proj-1"), ("OpenAI-Beta", "assistants=v2"), ("Idempotency-Key", "once-ä"),
            ("X-Client-Request-Id", "mine"), ("traceparent", Trace), ("tracestate", "vendor=1"),
        ];
        (string, string)[] own =
        [
            ("api-key", "k1"), ("x-api-key", "k2"), ("x-goog-api-key", "k3"), ("Ocp-Apim-Subscription-Key", "k4"), ("x-functions-key", "k5"),
            ("Cookie", "session=1"), ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil"), ("Forwarded", "for=1.2.3.4"),
            ("X-Real-IP", "1.2.3.4"), ("X-MS-Client-Principal", "p"), ("Referer", "https://app"), ("Origin", "https://app"), ("baggage", "a=b"), ("X-Anything", "x"),
        ];
        var answer = await gateway.Client.PostAsync($"/v1/chat/completions?key={GatewayHost.AdminKey}&code=c&subscription-key=s&other=1", Wire.Chat("gpt"), [.. listed, .. own]);
        Assert.Equal(200, answer.Status);
        var arrived = gateway.Upstream.Log.Last;
        Assert.Equal("/v1/chat/completions", arrived.PathAndQuery);
        string[] ours = ["Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Host", "User-Agent", "X-APIM-Correlation-Id"];
        Assert.Equal(
            listed.Select(h => h.Item1).Concat(ours).Order(StringComparer.OrdinalIgnoreCase),
            arrived.Headers.Select(h => h.Key).Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
        Assert.All(listed, header => Assert.Equal(header.Item2, arrived.Header(header.Item1)));
        Assert.Equal(("identity", $"Bearer {Wire.UpstreamKey}"), (arrived.Header("Accept-Encoding"), arrived.Header("Authorization")));
        gateway.Log.AssertKeptSecret();
    }

    [Fact]
    public async Task Answer_OnlyWhatIsListedTravelsDown()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        await using var provider = builder.Build();
        provider.Run(context =>
        {
            (string, string)[] headers =
            [
                ("Set-Cookie", "a=b"), ("openai-organization", "the-operators"), ("Keep-Alive", "timeout=5"), ("Proxy-Authenticate", "x"), ("Alt-Svc", "h3"), ("Via", "edge"),
                ("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=1"), ("x-parley-provider", "forged"), ("x-anything", "x"),
                ("x-request-id", "req_provider"), ("x-ratelimit-remaining-requests", "7"), ("x-ratelimit-reset-tokens", "2ms"), ("openai-processing-ms", "12"), ("retry-after-ms", "5"),
            ];
            foreach (var (name, value) in headers) context.Response.Headers[name] = value;
            context.Response.ContentType = "application/json";
            context.Response.StatusCode = context.Request.Headers.ContainsKey("Idempotency-Key") ? 400 : 200;
            return context.Response.WriteAsync("""{"error":{"message":"no"}}""", _soon);
        });
        await provider.StartAsync(_soon);
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{provider.Urls.First()}}/v1", "apiKey": "k" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ] }
                """,
        });
        var refused = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), ("Idempotency-Key", "1"));
        Assert.Equal((400, """{"error":{"message":"no"}}"""), (refused.Status, refused.Body));
        string[] expected =
        [
            "Content-Length", "Content-Type", "Date", "openai-processing-ms", "retry-after-ms", "Server", "x-parley-attempts", "x-parley-model", "x-parley-provider",
            "x-parley-upstream-request-id", "x-ratelimit-remaining-requests", "x-ratelimit-reset-tokens", "x-request-id", "X-Error-Backend-Instance", "X-Served-By-Instance",
        ];
        Assert.Equal(expected.Order(StringComparer.OrdinalIgnoreCase), refused.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(("lab", "req_provider", "7"), (refused.Header("x-parley-provider"), refused.Header("x-parley-upstream-request-id"), refused.Header("x-ratelimit-remaining-requests")));
        Assert.NotEqual("req_provider", refused.Header("x-request-id"));
    }

    [Fact]
    public async Task Answer_OfASuccess_HasTheProvidersRateLimitsAndOurOwnId()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"));
        Assert.Equal(("499", "req_"), (answer.Header("x-ratelimit-remaining-requests"), answer.Header("x-parley-upstream-request-id")![..4]));
        Assert.Equal((null, null), (answer.Header("openai-organization"), answer.Header("Set-Cookie")));
    }

    [Fact]
    public async Task Traceparent_WithAListener_IsTheAttemptsSpanOfTheSameTrace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Parley" or "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.Client.PostAsync("/v1/chat/completions", Wire.Chat("gpt"), ("traceparent", Trace), ("tracestate", "vendor=1"));
        var sent = gateway.Upstream.Log.Last.Header("traceparent")!;
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", sent, StringComparison.Ordinal);
        Assert.NotEqual(Trace, sent);
        Assert.Equal("vendor=1", gateway.Upstream.Log.Last.Header("tracestate"));
    }

    [Theory]
    [InlineData("[]", "127.0.0.1 http")]
    [InlineData("[\"10.0.0.0/8\"]", "127.0.0.1 http")]
    [InlineData("[\"127.0.0.1\"]", "203.0.113.7 https")]
    [InlineData("[\"127.0.0.0/8\",\"203.0.113.7\"]", "198.51.100.9 https")]
    public async Task AddressAndScheme_ComeOnlyFromTrustedProxies(string trusted, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""{ "access": { "trustedProxies": {{trusted}} } }""",
            Map = static routes => routes.MapGet("/whoami", static context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme}")).RequireRole(KeyRole.Admin),
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.Add("X-Forwarded-For", "198.51.100.9, 203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "https, https");
        Assert.Equal(expected, (await gateway.Client.FetchAsync(request)).Body);
    }
}
