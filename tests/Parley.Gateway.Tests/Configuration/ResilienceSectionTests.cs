using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

public sealed class ResilienceSectionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Provider_NothingWritten_HasTheSimpleRuleAndNoProbe()
    {
        var provider = Provider("");
        Assert.Equal(new BreakerConfig() with { Statuses = provider.Breaker.Statuses }, provider.Breaker);
        Assert.Equal((BreakerRule.Simple, TimeSpan.FromSeconds(30), true, TimeSpan.FromMinutes(5)),
            (provider.Breaker.Rule, provider.Breaker.Open, provider.Breaker.AcceptRetryAfter, provider.Breaker.MostRetryAfter));
        Assert.Null(provider.Probe);
    }

    [Fact]
    public void Breaker_EveryKey_IsRead()
    {
        var breaker = Provider("""
            "breaker": { "rule": "counted", "openSeconds": 0.05, "acceptRetryAfter": false, "mostRetryAfterSeconds": 90.5, "count": 3, "percentage": 20,
              "minimumCalls": 5, "intervalSeconds": 300, "statuses": [429, "500-599", "503"], "timeouts": false, "connections": false }
            """).Breaker;
        Assert.Equal(new BreakerConfig
        {
            Rule = BreakerRule.Counted,
            Open = TimeSpan.FromMilliseconds(50),
            AcceptRetryAfter = false,
            MostRetryAfter = TimeSpan.FromSeconds(90.5),
            Count = 3,
            Percentage = 20,
            MinimumCalls = 5,
            Interval = TimeSpan.FromMinutes(5),
            Statuses = breaker.Statuses,
            CountsTimeouts = false,
            CountsConnections = false,
        }, breaker);
        Assert.Equal([new(429, 429), new(500, 599), new(503, 503)], breaker.Statuses);
    }

    [Fact]
    public void Breaker_SnakeCaseAndSimulator_AreAccepted()
    {
        _folder.Write("parley.json", """{ "providers": { "s": { "type": "simulator", "breaker": { "rule": "off", "open_seconds": 2 }, "probe": {} } } }""");
        var provider = _folder.Good().Providers["s"];
        Assert.Equal((BreakerRule.Off, TimeSpan.FromSeconds(2)), (provider.Breaker.Rule, provider.Breaker.Open));
        Assert.Equal(new ProbeConfig(), provider.Probe);
    }

    [Theory]
    [InlineData("""{ "rule": "count" }""", "1:64 providers.p.breaker.rule: \"count\" is not one of simple, counted, off. Did you mean \"counted\"?")]
    [InlineData("""{ "rule": "counted" }""", "1:54 providers.p.breaker.count: is missing. Rule counted needs count, percentage or both: how many failures, "
        + "or which share of the calls, within intervalSeconds.")]
    [InlineData("""{ "count": 3 }""", "1:56 providers.p.breaker.count: belongs to rule counted. Write \"rule\": \"counted\", or remove it.")]
    [InlineData("""{ "rule": "off", "timeouts": true }""", "1:71 providers.p.breaker.timeouts: belongs to rule counted. Write \"rule\": \"counted\", or remove it.")]
    [InlineData("""{ "rule": "counted", "count": 3, "minimumCalls": 3 }""",
        "1:87 providers.p.breaker.minimumCalls: goes with percentage, which is not written. Add percentage, or remove it.")]
    [InlineData("""{ "openSeconds": 0 }""", "1:71 providers.p.breaker.openSeconds: must be a number from 0.05 to 86400, not 0.")]
    [InlineData("""{ "openSeconds": "30s" }""", "1:71 providers.p.breaker.openSeconds: must be a number from 0.05 to 86400, not a string.")]
    [InlineData("""{ "mostRetryAfterSeconds": 0.5 }""", "1:81 providers.p.breaker.mostRetryAfterSeconds: must be a number from 1 to 86400, not 0.5.")]
    [InlineData("""{ "rule": "counted", "percentage": 101 }""", "1:89 providers.p.breaker.percentage: must be a whole number from 1 to 100, not 101.")]
    [InlineData("""{ "rule": "counted", "count": 1, "statuses": ["500-400"] }""", "1:100 providers.p.breaker.statuses[0]: is not an HTTP status or a range of them. "
        + "Write 429, or \"500-599\" with the lower one first.")]
    [InlineData("""{ "rule": "counted", "count": 1, "statuses": [true] }""", "1:100 providers.p.breaker.statuses[0]: is not an HTTP status or a range of them. "
        + "Write 429, or \"500-599\" with the lower one first.")]
    [InlineData("""{ "rule": "counted", "count": 1, "statuses": [5000] }""", "1:100 providers.p.breaker.statuses[0]: is not an HTTP status or a range of them. "
        + "Write 429, or \"500-599\" with the lower one first.")]
    [InlineData("""{ "rule": "counted", "count": 1, "statuses": [200] }""", "1:100 providers.p.breaker.statuses[0]: only answers from 400 to 599 are failures.")]
    [InlineData("""{ "rule": "counted", "count": 1, "statuses": [400] }""", "1:100 providers.p.breaker.statuses[0]: such an answer refuses the request: "
        + "it is the caller's doing and never opens a breaker. Of 4xx only 401, 403, 408, 424 and 429 count.")]
    [InlineData("""{ "openMilliseconds": 1 }""", "1:56 providers.p.breaker.openMilliseconds: unknown key. Did you mean \"openSeconds\"?")]
    [InlineData("[]", "1:54 providers.p.breaker: must be an object {…}, not a list.")]
    public void Breaker_Wrong_SaysWhereAndWhat(string json, string expected) =>
        Assert.Equal("parley.json:" + expected, Assert.Single(_folder.Bad($$"""{ "providers": { "p": { "type": "openai", "breaker": {{json}} } } }""")));

    [Fact]
    public void Probe_EveryKey_IsRead() =>
        Assert.Equal(new ProbeConfig { Kind = ProbeKind.Call, Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(0.25) },
            Provider(""" "probe": { "kind": "call", "intervalSeconds": 1, "timeoutSeconds": 0.25 } """).Probe);

    [Fact]
    public void Probe_IntervalShorterThanTheUnwrittenTimeout_ShortensIt() =>
        Assert.Equal(TimeSpan.FromSeconds(2), Provider(""" "probe": { "intervalSeconds": 2 } """).Probe!.Timeout);

    [Theory]
    [InlineData("""{ "kind": "ping" }""", "providers.p.probe.kind: \"ping\" is not one of models, call.")]
    [InlineData("""{ "intervalSeconds": 0.5 }""", "providers.p.probe.intervalSeconds: must be a number from 1 to 86400, not 0.5.")]
    [InlineData("""{ "timeoutSeconds": 31 }""", "providers.p.probe.timeoutSeconds: is longer than intervalSeconds (30). Lower it, or raise intervalSeconds.")]
    public void Probe_Wrong_SaysWhereAndWhat(string json, string expected) =>
        Assert.EndsWith(expected, Assert.Single(_folder.Bad($$"""{ "providers": { "p": { "type": "openai", "probe": {{json}} } } }""")), StringComparison.Ordinal);

    [Fact]
    public void Webhook_EveryKey_IsRead()
    {
        _folder.Set("HOOK", "s3cret").Write("parley.json", """{ "events": { "webhook": { "url": "http://10.0.0.7:8080/hook?token=1", "secret": "${HOOK}" } } }""");
        Assert.Equal(new WebhookConfig(new Uri("http://10.0.0.7:8080/hook?token=1"), new Secret("s3cret")), _folder.Good().Webhook);
        _folder.Write("parley.json", """{ "events": {} }""");
        Assert.Null(_folder.Good().Webhook);
    }

    [Theory]
    [InlineData("""{ "secret": "x" }""", "events.webhook.url: is missing. Give the address that events are posted to.")]
    [InlineData("""{ "url": "ftp://x" }""", "events.webhook.url: must be an absolute URL that starts with https:// or http://.")]
    [InlineData("""{ "url": "hooks/x" }""", "events.webhook.url: must be an absolute URL that starts with https:// or http://.")]
    [InlineData("""{ "url": "https://u:p@x/" }""", "events.webhook.url: must not hold a user name or password. Check the signature of secret at the receiver in their place.")]
    [InlineData("""{ "url": "https://x/#a" }""", "events.webhook.url: must not hold a fragment. Cut it from the # on.")]
    [InlineData("""{ "url": "https://x/", "secret": "ü" }""", "events.webhook.secret: a credential must be 1 to 8192 printable ASCII characters. "
        + "Look for line breaks or characters of a word processor.")]
    public void Webhook_Wrong_SaysWhereAndWhat(string json, string expected) =>
        Assert.EndsWith(" " + expected, Assert.Single(_folder.Bad($$"""{ "events": { "webhook": {{json}} } }""")), StringComparison.Ordinal);

    private ProviderConfig Provider(string members)
    {
        _folder.Write("parley.json", $$"""{ "providers": { "p": { "type": "openai", "apiKey": "x"{{(members.Length > 0 ? ", " : "")}}{{members}} } } }""");
        return _folder.Good().Providers["p"];
    }
}
