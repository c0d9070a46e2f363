using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

/// <summary>What a model says of timeouts, retries, hedging, queues, defaults and affinity.</summary>
public sealed class ModelSectionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Model_NothingWritten_HasTheDefaults()
    {
        var model = Model("");
        Assert.Equal((new RequestDefaults(), new TimeoutsConfig(), null, null, null), (model.Defaults, model.Timeouts, model.Hedge, model.Concurrency, model.Affinity));
        Assert.Equal(new RetryConfig() with { Statuses = model.Retry.Statuses }, model.Retry);
    }

    [Fact]
    public void Timeouts_EveryKey_IsRead() =>
        Assert.Equal(
            new TimeoutsConfig { Connect = Seconds(0.05), FirstByte = Seconds(2), FirstToken = Seconds(2.5), Idle = Seconds(7), Total = Seconds(86400) },
            Model(""" "timeouts": { "connectSeconds": 0.05, "firstByteSeconds": 2, "firstTokenSeconds": 2.5, "idleSeconds": 7, "totalSeconds": 86400 } """).Timeouts);

    [Fact]
    public void Retry_EveryKey_IsRead()
    {
        var retry = Model("""
            "retry": { "attempts": 3, "sameTarget": 2, "backoffMilliseconds": 100, "mostBackoffSeconds": 1.5, "deadlineSeconds": 20, "statuses": [400, "422-424"],
              "contentFilter": true, "contextLengthModel": "large" }
            """).Retry;
        Assert.Equal([new(400, 400), new(422, 424)], retry.Statuses);
        Assert.Equal(new RetryConfig
        {
            Attempts = 3,
            SameTarget = 2,
            Backoff = TimeSpan.FromMilliseconds(100),
            MostBackoff = Seconds(1.5),
            Deadline = Seconds(20),
            Statuses = retry.Statuses,
            OnContentFilter = true,
            ContextLengthModel = "large",
        }, retry);
    }

    [Fact]
    public void HedgeAndDefaults_EveryKey_IsRead()
    {
        var model = Model(""" "hedge": { "afterMilliseconds": 750 }, "defaults": { "temperature": 0.2, "maxTokens": 512, "system": "Be brief." } """);
        Assert.Equal(new HedgeConfig { After = Seconds(0.75) }, model.Hedge);
        Assert.Equal(new RequestDefaults { Temperature = 0.2, MaxTokens = 512, System = "Be brief." }, model.Defaults);
        Assert.Equal(new HedgeConfig(), Model(""" "hedge": {} """).Hedge);
    }

    [Fact]
    public void Concurrency_OfModelAndTarget_IsRead()
    {
        _folder.Write("parley.json", """
            { "providers": { "p": { "type": "simulator" } }, "models": [ { "modelId": "m", "concurrency": { "max": 40, "queue": 100, "waitSeconds": 2.5 },
              "targets": [ { "provider": "p", "model": "x", "concurrency": { "max": 3 } }, { "provider": "p", "model": "y" } ] } ] }
            """);
        var model = _folder.Good().Models[0];
        Assert.Equal(new ConcurrencyConfig { Max = 40, Queue = 100, Wait = Seconds(2.5) }, model.Concurrency);
        Assert.Equal([new ConcurrencyConfig { Max = 3, Queue = 0, Wait = Seconds(30) }, null], model.Targets.Select(static target => target.Concurrency));
    }

    [Theory]
    [InlineData("""{ "kind": "cookie" }""", AffinityKind.Cookie, "APIM-Backend-Instance")]
    [InlineData("""{ "kind": "cookie", "name": "__Host-parley!" }""", AffinityKind.Cookie, "__Host-parley!")]
    [InlineData("""{ "kind": "header", "name": "x-session" }""", AffinityKind.Header, "x-session")]
    [InlineData("""{ "kind": "key" }""", AffinityKind.Key, "APIM-Backend-Instance")]
    public void Affinity_OfEachKind_IsRead(string json, AffinityKind kind, string name) =>
        Assert.Equal(new AffinityConfig(kind, name), Model($"\"affinity\": {json}").Affinity);

    [Theory]
    [InlineData(""" "timeouts": { "idleSeconds": 0.01 } """, "models[0].timeouts.idleSeconds: must be a number from 0.05 to 86400, not 0.01.")]
    [InlineData(""" "timeouts": { "connectSeconds": 601 } """, "models[0].timeouts.connectSeconds: must be a number from 0.05 to 600, not 601.")]
    [InlineData(""" "timeouts": { "totalSecond": 1 } """, "models[0].timeouts.totalSecond: unknown key. Did you mean \"totalSeconds\"?")]
    [InlineData(""" "timeouts": 30 """, "models[0].timeouts: must be an object {…}, not a number.")]
    [InlineData(""" "retry": { "attempts": 65 } """, "models[0].retry.attempts: must be a whole number from 1 to 64, not 65.")]
    [InlineData(""" "retry": { "sameTarget": 6 } """, "models[0].retry.sameTarget: must be a whole number from 0 to 5, not 6.")]
    [InlineData(""" "retry": { "attempts": 2, "sameTarget": 2 } """, "models[0].retry.sameTarget: is 2, but all calls of a request together are at most 2 (attempts), "
        + "the first one included. Lower it, or raise attempts.")]
    [InlineData(""" "retry": { "backoffMilliseconds": 6000 } """, "models[0].retry.backoffMilliseconds: the first wait (6000 ms) is longer than mostBackoffSeconds allows (5 s). "
        + "Lower the first, or raise the second.")]
    [InlineData(""" "retry": { "mostBackoffSeconds": 0.1 } """, "models[0].retry.mostBackoffSeconds: the first wait (250 ms) is longer than mostBackoffSeconds allows (0.1 s). "
        + "Lower the first, or raise the second.")]
    [InlineData(""" "retry": { "backoffMilliseconds": 1.5 } """, "models[0].retry.backoffMilliseconds: must be a whole number from 1 to 60000, not 1.5.")]
    [InlineData(""" "retry": { "statuses": ["500-599"] } """, "models[0].retry.statuses[0]: only 4xx belong here: after 5xx the next target is tried anyway, "
        + "and other answers are none to try again after.")]
    [InlineData(""" "retry": { "statuses": [400, 429] } """, "models[0].retry.statuses[1]: the next target is tried after 401, 403, 408, 424 and 429 anyway. Remove it.")]
    [InlineData(""" "retry": { "statuses": "400" } """, "models[0].retry.statuses: must be a list […], not a string.")]
    [InlineData(""" "hedge": true """, "models[0].hedge: must be an object {…}, not true or false.")]
    [InlineData(""" "hedge": { "afterMilliseconds": 0 } """, "models[0].hedge.afterMilliseconds: must be a whole number from 1 to 600000, not 0.")]
    [InlineData(""" "concurrency": { "queue": 3 } """, "models[0].concurrency.max: is missing. Say how many calls may run at a time.")]
    [InlineData(""" "concurrency": { "max": 0 } """, "models[0].concurrency.max: must be a whole number from 1 to 100000, not 0.")]
    [InlineData(""" "concurrency": { "max": 1, "waitSeconds": 3 } """, "models[0].concurrency.waitSeconds: has no effect, because nobody waits while queue is 0. "
        + "Give queue a length, or remove it.")]
    [InlineData(""" "defaults": { "temperature": 2.1 } """, "models[0].defaults.temperature: must be a number from 0 to 2, not 2.1.")]
    [InlineData(""" "defaults": { "maxTokens": 0 } """, "models[0].defaults.maxTokens: must be a whole number from 1 to 10000000, not 0.")]
    [InlineData(""" "defaults": { "system": "" } """, "models[0].defaults.system: must not be empty. Give a value, or remove the key.")]
    [InlineData(""" "affinity": {} """, "models[0].affinity.kind: is missing. Say one of cookie, header, key.")]
    [InlineData(""" "affinity": { "kind": "ip" } """, "models[0].affinity.kind: \"ip\" is not one of cookie, header, key.")]
    [InlineData(""" "affinity": { "kind": "header" } """, "models[0].affinity.name: is missing. Name the header that tells clients apart.")]
    [InlineData(""" "affinity": { "kind": "key", "name": "x" } """, "models[0].affinity.name: does not belong to kind key: the caller's key tells clients apart. Remove it.")]
    [InlineData(""" "affinity": { "kind": "cookie", "name": "a;b" } """, "models[0].affinity.name: \"a;b\" is not a name of a cookie or header. "
        + "Use at most 100 letters, digits, - _ and .")]
    [InlineData(""" "affinity": { "kind": "header", "name": "API-Key" } """, "models[0].affinity.name: API-Key carries the caller's key. Write \"kind\": \"key\", "
        + "which works with every way to send one.")]
    [InlineData(""" "affinity": { "kind": "header", "name": "cookie" } """, "models[0].affinity.name: Cookie holds all cookies of a client. "
        + "Write \"kind\": \"cookie\" for one of Parley's own.")]
    public void Model_Wrong_SaysWhereAndWhat(string members, string expected)
    {
        var error = Assert.Single(_folder.Bad(File(members)));
        Assert.StartsWith("parley.json:1:", error, StringComparison.Ordinal);
        Assert.EndsWith(" " + expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    public void Targets_MoreThan64_AreAnError(int count)
    {
        var targets = string.Join(",", Enumerable.Range(0, count).Select(static i => $$"""{ "provider": "p", "model": "m{{i}}" }"""));
        var errors = _folder.Write("parley.json", $$"""{ "providers": { "p": { "type": "simulator" } }, "models": [ { "modelId": "m", "targets": [{{targets}}] } ] }""").Load().Errors;
        Assert.Equal(count == 64 ? [] : ["models[0].targets: has 65 entries; a model has at most 64 targets."], errors.Select(static error => $"{error.Path}: {error.Message}"));
    }

    private ModelConfig Model(string members)
    {
        _folder.Write("parley.json", File(members));
        return _folder.Good().Models[0];
    }

    private static string File(string members) => "{ \"providers\": { \"p\": { \"type\": \"simulator\" } }, \"models\": [ "
        + $$"""{ "modelId": "m", "targets": [ { "provider": "p", "model": "x" } ]{{(members.Length > 0 ? "," : "")}}{{members}} }"""
        + """, { "modelId": "large", "targets": [ { "provider": "p", "model": "y" } ] } ] }""";

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
