using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Gateway.Configuration;
using Parley.Testing.JsonSchema;

namespace Parley.Gateway.Tests.Configuration;

public sealed class SampleTests : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly string Repository = FindRepository();
    private static readonly JsonElement Schema = Json(Path.Combine(AppContext.BaseDirectory, "parley.schema.json"));

    private static readonly string Document = File.ReadAllText(Path.Combine(Repository, "docs", "configuration.md"));

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("parley.json")]
    [InlineData("parley.minimal.json")]
    public void Sample_IsValidAndLoads(string name)
    {
        var file = Path.Combine(Repository, "samples", name);
        Assert.Empty(new JsonSchemaChecker(Schema).Check(Json(file)));
        foreach (var variable in new[] { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "OLD_HOST_KEY" })
            _folder.Set(variable, "0123456789abcdef");
        var result = _folder.Write("parley.json", File.ReadAllText(file)).Load();
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal(name == "parley.json" ? 9 : 1, result.Config!.Models.Sum(static model => model.Targets.Count));
    }

    [Fact]
    public void OldCatalogueSample_Loads()
    {
        var config = _folder.Write("models_config.json", File.ReadAllText(Path.Combine(Repository, "samples", "models_config.json"))).Good();
        Assert.Equal(11, config.Models.Count);
        Assert.Equal(4, config.Models.Select(static model => model.Targets[0].Missing).Distinct().Count());
    }

    [Fact]
    public void Document_EveryExample_IsValidAndLoads()
    {
        var examples = Regex.Matches(Document, "(?s)```jsonc\n(.*?)```").Select(static match => match.Groups[1].Value).ToList();
        Assert.Equal(5, examples.Count);
        foreach (var variable in new[] { "OPENAI_API_KEY", "OLD_HOST_KEY" })
            _folder.Set(variable, "0123456789abcdef");
        foreach (var example in examples)
        {
            Assert.Empty(new JsonSchemaChecker(Schema).Check(JsonDocument.Parse(example, Options).RootElement));
            var result = _folder.Write("parley.json", example).Load();
            Assert.Empty(result.Errors);
            Assert.Empty(result.Warnings);
        }
    }

    [Fact]
    public void Document_NamesEveryKey() =>
        Assert.All(Sections().SelectMany(static section => section.Keys).Distinct(),
            static key => Assert.Matches($"[`.\"]{Regex.Escape(key)}[`.\"=\\[]", Document));

    [Theory]
    [InlineData("breaker", "openSeconds", "30 s", 30)]
    [InlineData("breaker", "mostRetryAfterSeconds", "300 s", 300)]
    [InlineData("breaker", "intervalSeconds", "60 s", 60)]
    [InlineData("breaker", "minimumCalls", "10", 10)]
    [InlineData("probe", "intervalSeconds", "30 s", 30)]
    [InlineData("retry", "deadlineSeconds", "60 s", 60)]
    [InlineData("retry", "backoffMilliseconds", "250", 250)]
    [InlineData("retry", "mostBackoffSeconds", "5 s", 5)]
    [InlineData("concurrency", "waitSeconds", "30 s", 30)]
    public void DocumentSchemaAndRecord_SayTheSameDefault(string section, string key, string written, double value)
    {
        // The last column of the key's row, in the part of the section.
        var part = Regex.Match(Document, $"(?s)### {section}\n.*?(?=\n##)").Value;
        Assert.Matches($"(?m)^\\| `{key}` \\|.*\\| {written} \\|$", part);
        Assert.Equal(value, Def(section).GetProperty(key).GetProperty("default").GetDouble());
        var retry = new RetryConfig();
        Assert.Equal(value, (section, key) switch
        {
            ("breaker", "openSeconds") => new BreakerConfig().Open.TotalSeconds,
            ("breaker", "mostRetryAfterSeconds") => new BreakerConfig().MostRetryAfter.TotalSeconds,
            ("breaker", "intervalSeconds") => new BreakerConfig().Interval.TotalSeconds,
            ("breaker", "minimumCalls") => new BreakerConfig().MinimumCalls,
            ("probe", _) => new ProbeConfig().Interval.TotalSeconds,
            ("retry", "deadlineSeconds") => retry.Deadline.TotalSeconds,
            ("retry", "backoffMilliseconds") => retry.Backoff.TotalMilliseconds,
            ("retry", _) => retry.MostBackoff.TotalSeconds,
            _ => new ConcurrencyConfig { Max = 1 }.Wait.TotalSeconds,
        });
    }

    [Fact]
    public void EnvSample_NamesEveryVariable()
    {
        var text = File.ReadAllText(Path.Combine(Repository, "env.sample"));
        _folder.Write(".env", Regex.Replace(text, "(?m)^#(?=[A-Z])", ""));
        var result = _folder.Load();
        Assert.Empty(result.Errors);
        var names = typeof(ConfigurationLoader).Assembly.GetType("Parley.Gateway.Configuration.VariableNames")!
            .GetFields(BindingFlags.Public | BindingFlags.Static).Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!);
        Assert.All(names, name => Assert.Contains(name, result.Variables.Keys));
    }

    [Theory]
    [InlineData("""{ "limits": { "bodyBites": 1 } }""")]
    [InlineData("""{ "providers": { "a": { "type": "opena" } } }""")]
    [InlineData("""{ "models": [ { "modelId": "a", "targets": [] } ] }""")]
    [InlineData("""{ "access": { "anonymous": ["/v1"] } }""")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "breaker": { "rule": "counter" } } } }""")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "breaker": { "statuses": ["5xx"] } } } }""")]
    [InlineData("""{ "models": [ { "modelId": "a", "retry": { "statuses": [500] } } ] }""")]
    [InlineData("""{ "models": [ { "modelId": "a*b*" } ] }""")]
    [InlineData("""{ "models": [ { "modelId": "a", "concurrency": {} } ] }""")]
    [InlineData("""{ "aliases": { "a": { "model": "b", "stable": "header:a b" } } }""")]
    public void Schema_BadFile_IsRefused(string json) =>
        Assert.NotEmpty(new JsonSchemaChecker(Schema).Check(JsonDocument.Parse(json).RootElement));

    [Fact]
    public void SchemaChecker_UnknownKeyword_Throws() =>
        Assert.Throws<NotSupportedException>(() => new JsonSchemaChecker(JsonDocument.Parse("""{ "oneOf": [] }""").RootElement).Check(Schema));

    [Fact]
    public void SchemaAndLoader_KnowTheSameKeys()
    {
        // What the schema lists, section by section: (the section's JSON with a hole for its members, its keys).
        var sections = Sections().ToList();
        Assert.Equal(35, sections.Count);
        foreach (var (frame, properties, keys) in sections)
        {
            Assert.Equal(keys.Order(), properties.Order());
            foreach (var key in properties.Append("zz_top"))
            {
                // A wrong value is fine here: only a name that is not known is told apart.
                var errors = _folder.Write("parley.json", frame.Replace("@", $"\"{key}\": \"?\"", StringComparison.Ordinal)).Load().Errors;
                Assert.Equal(key == "zz_top", errors.Any(static error => error.Message.StartsWith("unknown key", StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void Schema_EveryKey_IsDescribedAndEverySectionIsClosed()
    {
        var open = new List<string>();
        Walk(Schema, "$", open);
        Assert.Empty(open);
        Assert.Equal(ProviderTypes.Names, Def("provider").GetProperty("type").GetProperty("enum").EnumerateArray().Select(static name => name.GetString()!));
    }

    private static IEnumerable<(string Frame, string[] Properties, string[] Keys)> Sections()
    {
        var root = Schema.GetProperty("properties");
        JsonElement Of(string name) => root.GetProperty(name).GetProperty("properties");
        yield return ("{ @ }", Names(root), ConfigurationKeys.Root);
        yield return ("""{ "providers": { "a": { @ } } }""", Names(Def("provider")), ConfigurationKeys.Provider);
        yield return ("""{ "providers": { "a": { "type": "openai", "auth": { @ } } } }""", Names(Def("auth")), ConfigurationKeys.Auth);
        yield return ("""{ "providers": { "a": { "type": "openai", "http": { @ } } } }""", Names(Def("http")), ConfigurationKeys.Http);
        yield return ("""{ "providers": { "a": { "type": "azure-openai", "deployments": { "x": { @ } } } } }""",
            Names(Schema.GetProperty("$defs").GetProperty("deployment").GetProperty("anyOf")[1].GetProperty("properties")), ConfigurationKeys.Deployment);
        yield return ("""{ "models": [ { @ } ] }""", Names(Def("model")), ConfigurationKeys.Model);
        yield return ("""{ "models": [ { "targets": [ { @ } ] } ] }""", Names(Def("target")), ConfigurationKeys.Target);
        yield return ("""{ "models": [ { "affinity": { @ } } ] }""", Names(Def("affinity")), ConfigurationKeys.Affinity);
        yield return ("""{ "providers": { "a": { "type": "openai", "breaker": { @ } } } }""", Names(Def("breaker")), ConfigurationKeys.Breaker);
        yield return ("""{ "providers": { "a": { "type": "openai", "probe": { @ } } } }""", Names(Def("probe")), ConfigurationKeys.Probe);
        yield return ("""{ "models": [ { "timeouts": { @ } } ] }""", Names(Def("timeouts")), ConfigurationKeys.Timeouts);
        yield return ("""{ "models": [ { "retry": { @ } } ] }""", Names(Def("retry")), ConfigurationKeys.Retry);
        yield return ("""{ "models": [ { "hedge": { @ } } ] }""", Names(Def("hedge")), ConfigurationKeys.Hedge);
        yield return ("""{ "models": [ { "concurrency": { @ } } ] }""", Names(Def("concurrency")), ConfigurationKeys.Concurrency);
        yield return ("""{ "models": [ { "defaults": { @ } } ] }""", Names(Def("requestDefaults")), ConfigurationKeys.RequestDefaults);
        yield return ("""{ "aliases": { "x": { @ } } }""", Names(Schema.GetProperty("$defs").GetProperty("alias").GetProperty("anyOf")[1].GetProperty("properties")), ConfigurationKeys.Alias);
        yield return ("""{ "aliases": { "x": { "split": [ { @ } ] } } }""", Names(Def("aliasShare")), ConfigurationKeys.AliasShare);
        yield return ("""{ "agents": { "x": { "kind": "model", @ } } }""", Names(Def("agent")), ConfigurationKeys.Agent);
        yield return ("""{ "events": { @ } }""", Names(Of("events")), ConfigurationKeys.Events);
        yield return ("""{ "events": { "webhook": { @ } } }""", Names(Of("events").GetProperty("webhook").GetProperty("properties")), ConfigurationKeys.Webhook);
        yield return ("""{ "models": [ { "targets": [ { "concurrency": { @ } } ] } ] }""", Names(Def("concurrency")), ConfigurationKeys.Concurrency);
        yield return ("""{ "keys": [ { @ } ] }""", Names(Def("key")), ConfigurationKeys.Key);
        yield return ("""{ "prompts": { "p": { @ } } }""", Names(Schema.GetProperty("$defs").GetProperty("prompt").GetProperty("anyOf")[1].GetProperty("properties")), ConfigurationKeys.Prompt);
        yield return ("""{ "prompts": { "p": { "arguments": [ { @ } ] } } }""", Names(Def("promptArgument")), ConfigurationKeys.PromptArgument);
        yield return ("""{ "defaults": { @ } }""", Names(Of("defaults")), ConfigurationKeys.Defaults);
        yield return ("""{ "limits": { @ } }""", Names(Of("limits")), ConfigurationKeys.Limits);
        yield return ("""{ "egress": { @ } }""", Names(Of("egress")), ConfigurationKeys.Egress);
        yield return ("""{ "egress": { "media": { @ } } }""", Names(Of("egress").GetProperty("media").GetProperty("properties")), ConfigurationKeys.Media);
        yield return ("""{ "access": { @ } }""", Names(Of("access")), ConfigurationKeys.Access);
        yield return ("""{ "access": { "cors": { @ } } }""", Names(Of("access").GetProperty("cors").GetProperty("properties")), ConfigurationKeys.Cors);
        yield return ("""{ "ledger": { @ } }""", Names(Of("ledger")), ConfigurationKeys.Ledger);
        yield return ("""{ "surfaces": { @ } }""", Names(Of("surfaces")), ConfigurationKeys.Surfaces);
        yield return ("""{ "surfaces": { "unified": { @ } } }""", Names(Of("surfaces").GetProperty("unified").GetProperty("properties")), ConfigurationKeys.Unified);
        yield return ("""{ "users": { @ } }""", Names(Of("users")), ConfigurationKeys.Users);
        yield return ("""{ "userStorage": { @ } }""", Names(Of("userStorage")), ConfigurationKeys.UserStorage);
    }

    private static void Walk(JsonElement schema, string path, List<string> open)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && schema.TryGetProperty("additionalProperties", out var additional))
        {
            if (additional.ValueKind != JsonValueKind.False)
                open.Add($"{path} is open");
            open.AddRange(properties.EnumerateObject().Where(static property => !property.Value.TryGetProperty("description", out _)
                && !property.Value.TryGetProperty("$ref", out _)).Select(property => $"{path}.{property.Name} has no description"));
        }
        else if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out properties) && path.EndsWith("$defs", StringComparison.Ordinal))
        {
            open.Add($"{path} has properties and no additionalProperties");
        }

        if (schema.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in schema.EnumerateObject())
                Walk(member.Value, $"{path}.{member.Name}", open);
        }
    }

    private static JsonElement Def(string name) => Schema.GetProperty("$defs").GetProperty(name).GetProperty("properties");

    private static string[] Names(JsonElement properties) => [.. properties.EnumerateObject().Select(static property => property.Name)];

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(file), Options).RootElement;

    private static string FindRepository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Parley.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return directory;
    }
}
