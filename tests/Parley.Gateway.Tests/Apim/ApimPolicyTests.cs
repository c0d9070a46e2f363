using System.Text.RegularExpressions;
using System.Xml.Linq;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Tests.Apim;

/// <summary>The policies of deploy/apim (contracts §4), carried out: which backend, which marks, which headers. No real API Management is asked.</summary>
[Trait("Contract", "4.apim")]
public sealed partial class ApimPolicyTests
{
    private const string Plain = "apim-policy.xml";
    private const string WithHealth = "apim-policy-with-healthcheck.xml";
    private const string Monitor = "apim-healthcheck-monitor.xml";
    private const string CookieTail = "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax";

    private readonly Dictionary<string, (string Value, int Seconds)> _cache = [];

    [Theory]
    [InlineData(Plain)]
    [InlineData(WithHealth)]
    [InlineData(Monitor)]
    public void Policy_IsWellFormed_AndEveryExpressionIsOneThatTheCompilerHasSeen(string file)
    {
        var root = XDocument.Parse(Text(file)).Root!;
        Assert.Equal(["inbound", "backend", "outbound", "on-error"], root.Elements().Select(static section => section.Name.LocalName));
        Assert.All(root.Elements(), static section => Assert.Single(section.Elements(), static e => e.Name == "base" || e.Name == "forward-request"));
        var texts = root.DescendantNodes().OfType<XText>().Select(static text => text.Value).Concat(root.Descendants().SelectMany(static e => e.Attributes()).Select(static a => a.Value));
        // Two write named values, or a type of API Management's own, into their text.
        var known = texts.Where(static text => text.TrimStart().StartsWith('@') && !text.Contains("{{", StringComparison.Ordinal) && !text.Contains("JObject", StringComparison.Ordinal));
        Assert.All(known, static text => Assert.Contains(PolicyRun.Collapse(text), PolicyExpressions.All.Keys));
    }

    // The left side of each pair in PolicyExpressions is what stands here, the right side what is carried out: they are one text.
    [Fact]
    public void Expressions_AreCarriedOutAsTheyAreWritten()
    {
        var source = PolicyRun.Collapse(Repository.Read("tests", "Parley.Gateway.Tests", "Apim", "PolicyExpressions.cs"));
        Assert.All(PolicyExpressions.All.Keys, key =>
        {
            var code = key.StartsWith("@(", StringComparison.Ordinal) ? key[2..^1] + "," : key[1..] + ",";
            Assert.Contains($"[\"\"\"{key}\"\"\"] = static context => {code}", source, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(WithHealth)]
    public void NothingKnown_EveryBackendIsPickedAndAnswersAreMarked(string file)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            _cache.Clear();
            var run = Run(file).Run(200);
            var id = run.Context.Request.Headers["X-Backend-Instance"];
            Assert.Equal($"{{{{parley-backend-{id}}}}}", run.Backend);
            Assert.Equal(("healthy", 30), _cache["backend-health-" + id]);
            Assert.Equal(id, run.Context.Response.Headers["X-Served-By-Instance"]);
            Assert.False(run.Context.Response.Headers.ContainsKey("X-Error-Backend-Instance"));
            Assert.Equal($"APIM-Backend-Instance={id}{CookieTail}", Assert.Single(run.Cookies));
            Assert.Equal(run.Context.RequestId.ToString(), run.Context.Request.Headers["X-APIM-Correlation-Id"]);
            Assert.False(run.WasBuffered);
            seen.Add(id);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], seen.Order());
    }

    [Theory]
    [InlineData(500, "unhealthy")]
    [InlineData(503, "unhealthy")]
    [InlineData(429, "unhealthy")]
    [InlineData(401, "unhealthy")]
    [InlineData(null, "unhealthy")]
    [InlineData(200, "healthy")]
    [InlineData(400, "before")]
    [InlineData(404, "before")]
    public void Answer_MarksItsBackendForThirtySeconds(int? status, string mark)
    {
        foreach (var file in (string[])[Plain, WithHealth])
        {
            for (var i = 0; i < 5; i++) _cache[$"backend-health-{i}"] = ("before", 30);
            var run = Run(file).Run(status);
            var id = run.Context.Request.Headers["X-Backend-Instance"];
            Assert.Equal((mark, 30), _cache["backend-health-" + id]);
            Assert.Equal(4, _cache.Count(pair => pair.Value.Value == "before" && pair.Key != "backend-health-" + id));
            Assert.Equal(mark == "unhealthy" ? id : null, run.Context.Response.Headers.GetValueOrDefault("X-Error-Backend-Instance"));
            Assert.Equal(id, run.Context.Response.Headers["X-Served-By-Instance"]);
            Assert.Equal($"APIM-Backend-Instance={id}{CookieTail}", Assert.Single(run.Cookies));
        }
    }

    [Fact]
    public void Cookie_KeepsTheClient_WhileItsBackendIsNotUnhealthy()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("3", Pick(Plain, "a=b; APIM-Backend-Instance=3; c=d"));
            Assert.Contains(Pick(Plain, "APIM-Backend-Instance=9"), (string[])["0", "1", "2", "3", "4"]);
            Assert.Contains(Pick(Plain, "APIM-Backend-Instance=x"), (string[])["0", "1", "2", "3", "4"]);
        }

        _cache["backend-health-3"] = ("unhealthy", 30);
        for (var i = 0; i < 50; i++) Assert.NotEqual("3", Pick(Plain, "APIM-Backend-Instance=3"));
        for (var i = 0; i < 5; i++) _cache[$"backend-health-{i}"] = ("unhealthy", 30);
        // None is left: all are tried, and the client's own first.
        Assert.Equal("3", Pick(Plain, "APIM-Backend-Instance=3"));
        Assert.Equal(5, Enumerable.Range(0, 200).Select(_ => Pick(Plain, "")).Distinct().Count());
    }

    [Fact]
    public void CorrelationId_OfTheClient_IsKept()
    {
        var run = Run(Plain);
        run.Context.Request.Headers["X-APIM-Correlation-Id"] = "mine";
        Assert.Equal("mine", run.Run(200).Context.Request.Headers["X-APIM-Correlation-Id"]);
    }

    [Fact]
    public void HealthAddress_OfAnUnknownBackend_IsAskedBeforeTheCall()
    {
        for (var i = 0; i < 50; i++)
        {
            _cache.Clear();
            var asked = new List<string>();
            var run = new PolicyRun(Text(WithHealth), _cache) { Health = address => { asked.Add(address); return address == "{{parley-health-2}}" ? null : 200; } };
            run.Context.Request.Headers["Cookie"] = "APIM-Backend-Instance=2";
            run.Run(200);
            Assert.Equal(["{{parley-health-2}}"], asked);
            Assert.NotEqual("2", run.Context.Request.Headers["X-Backend-Instance"]);
            Assert.Equal(("unhealthy", 30), _cache["backend-health-2"]);
        }

        _cache.Clear();
        _cache["backend-health-2"] = ("healthy", 30);
        var known = new PolicyRun(Text(WithHealth), _cache) { Health = static address => throw new InvalidOperationException(address) };
        known.Context.Request.Headers["Cookie"] = "APIM-Backend-Instance=2";
        Assert.Equal("2", known.Run(200).Context.Request.Headers["X-Backend-Instance"]);
    }

    [Fact]
    public void Monitor_AsksEveryBackend_AndStoresWhatItLearned()
    {
        var run = new PolicyRun(Text(Monitor), _cache) { Health = static address => address[^3] switch { '1' => 503, '4' => null, _ => 200 } };
        run.Section("inbound", run.Context.Request);
        Assert.Equal(
            [("0", "healthy"), ("1", "unhealthy"), ("2", "healthy"), ("3", "healthy"), ("4", "unhealthy")],
            _cache.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => (pair.Key[15..], pair.Value.Value)));
        Assert.All(_cache.Values, static mark => Assert.Equal(30, mark.Seconds));
    }

    // Asked for less, a model that answers slowly would take its healthy instance out.
    [Theory]
    [InlineData(WithHealth, 1)]
    [InlineData(Monitor, 5)]
    public void HealthCalls_WaitLongerThanHealthItself(string file, int calls)
    {
        var limits = XDocument.Parse(Text(file)).Descendants("send-request").Select(static call => TimeSpan.FromSeconds((int)call.Attribute("timeout")!)).ToList();
        Assert.Equal(calls, limits.Count);
        Assert.All(limits, static limit => Assert.True(limit > HealthCall.Limit));
    }

    [Fact]
    public void NamedValues_AreThoseOfTheReadme()
    {
        var readme = Repository.Read("deploy", "apim", "README.md");
        var names = ((string[])[Plain, WithHealth, Monitor]).SelectMany(file => NamedValue().Matches(Text(file)).Select(static match => match.Groups[1].Value)).Distinct().ToList();
        Assert.Equal(11, names.Count);
        Assert.All(names, name => Assert.Contains(char.IsDigit(name[^1]) ? name[..^1] + "0" : name, readme, StringComparison.Ordinal));
    }

    private string Pick(string file, string cookie)
    {
        var run = new PolicyRun(Text(file), new Dictionary<string, (string, int)>(_cache));
        run.Context.Request.Headers["Cookie"] = cookie;
        return run.Run(404).Context.Request.Headers["X-Backend-Instance"];
    }

    private PolicyRun Run(string file) => new(Text(file), _cache);

    private static string Text(string file) => Repository.Read("deploy", "apim", file);

    [GeneratedRegex(@"\{\{([a-z0-9-]+)\}\}")]
    private static partial Regex NamedValue();
}
