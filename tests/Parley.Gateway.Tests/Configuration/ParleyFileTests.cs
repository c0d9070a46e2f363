using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

public sealed class ParleyFileTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_SeveralErrors_ReportsAllWithPlaceAndFix()
    {
        var errors = _folder.Bad("""
            {
              "providers": {
                "azure": { "type": "azure-openai", "endpoint": "me.openai.azure.com",
                  "urlstile": "v1",
                  "auth": { "kind": "manged-identity" } },
                "openai": { "type": "openai", "apiKey": "${NOT_THERE}", "deployments": {} },
              },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "opnai", "model": "gpt-4o", "weight": 0 } ] } ],
              "access": { "anonymous": ["/v1/models"], "trustedProxies": ["10.0.0.0/99", "10.0.0.0/8"] },
            }
            """);
        Assert.Equal(
        [
            "parley.json:3:52 providers.azure.endpoint: must be an absolute URL that starts with https:// or http://.",
            "parley.json:4:7 providers.azure.urlstile: unknown key. Did you mean \"urlStyle\"?",
            "parley.json:5:25 providers.azure.auth.kind: \"manged-identity\" is not one of api-key, managed-identity, entra, workload-identity, "
                + "default, header, caller-bearer. Did you mean \"managed-identity\"?",
            "parley.json:6:45 providers.openai.apiKey: NOT_THERE is not set. Set the variable (or put it into .env), or remove this entry.",
            "parley.json:6:61 providers.openai.deployments: does not belong to type openai. Remove it. "
                + "Known here: type, http, breaker, probe, apiKey, apiKeys, auth, baseUrl, allowedModels, streamUsage, sharedFiles.",
            "parley.json:8:50 models[0].targets[0].provider: there is no provider \"opnai\". Did you mean \"openai\"? Known: azure, openai.",
            "parley.json:8:100 models[0].targets[0].weight: must be a whole number from 1 to 1000000, not 0.",
            "parley.json:9:29 access.anonymous[0]: \"/v1/models\" cannot be opened. Only /health and /metrics may be called without a key.",
            "parley.json:9:63 access.trustedProxies[0]: \"10.0.0.0/99\" is not an address or network. Write 10.0.0.7 or 10.0.0.0/8.",
        ], errors);
    }

    [Theory]
    [InlineData("""{ "models": [], "models": [] }""", "parley.json:1:17 models: written twice; the first is on line 1. Keep one of them.")]
    [InlineData("""{ "zzzzzzzzzz": 1 }""", "parley.json:1:3 zzzzzzzzzz: unknown key. Known here: $schema, providers, models, aliases, keys, defaults, limits, "
        + "access, ledger, surfaces, users, userStorage, egress, events, agents, prompts.")]
    [InlineData("""{ "providers": { "a": { "type": "gorq" } } }""", "Did you mean \"groq\"?")]
    [InlineData("""{ "providers": { "a b": { "type": "openai" } } }""", "providers[\"a b\"]: a provider's name is 1 to 64 letters")]
    [InlineData("""{ "limits": { "bodyBytes": 600000000 } }""", "bufferedBytes: is 536870912, less than one body may have (bodyBytes is 600000000).")]
    [InlineData("""{ "limits": { "bodyBytes": 1.5 } }""", "must be a whole number from 1024 to 1073741824, not 1.5.")]
    [InlineData("""{ "keys": [ { "name": "a", "key": "short" } ] }""", "must be 16 to 256 printable ASCII characters without spaces; this one has 5 characters.")]
    [InlineData("""{ "keys": [ { "name": "a", "key": "0123456789abcdef", "role": "root" } ] }""", "\"root\" is not one of admin, inference, users, validate, metrics.")]
    [InlineData("""{ "keys": [ { "name": "a", "key": "0123456789abcdef", "expiresAt": "2027-01-01" } ] }""", "must be an ISO 8601 time with its offset")]
    [InlineData("""{ "access": { "cors": { "origins": ["https://a.example/"] } } }""", "is not an origin.")]
    [InlineData("""{ "access": { "cors": { "origins": ["*"], "credentials": true } } }""", "cannot be true while origins holds *.")]
    [InlineData("""{ "defaults": { "model": "gtp" } }""", "there is no model \"gtp\".")]
    [InlineData("""{ "surfaces": { "unified": { "path": "/v1" } } }""", "/v1 belongs to another surface.")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "baseUrl": "ftp://x" } } }""", "must be an absolute URL")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "baseUrl": "https://u:p@x/v1" } } }""", "must not hold a user name or password.")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "apiKey": "x", "auth": { "kind": "default" } } } }""", "is written beside apiKey.")]
    [InlineData("""{ "providers": { "a": { "type": "openai", "apiKey": "${" } } }""", "${ is not followed by a variable's name and }.")]
    [InlineData("""{ "models": [ { "modelId": "m" } ] }""", "modelName: is missing.")]
    [InlineData("[]", "must be an object {…}, not a list.")]
    [InlineData("{ \"models\": ", "not valid JSON:")]
    public void Load_BadFile_SaysWhatIsWrong(string json, string expected) =>
        Assert.Contains(_folder.Bad(json), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Load_ErrorsOfSecrets_NeverShowTheValue()
    {
        _folder.Set("PW", "sk-very-secret-value-ü");
        var errors = _folder.Bad("""
            { "providers": { "a": { "type": "openai", "apiKey": "${PW}" } },
              "keys": [ { "name": "k", "key": "${PW}" }, { "name": "k", "key": "${PW}" } ] }
            """);
        Assert.All(errors, static error => Assert.DoesNotContain("sk-very", error, StringComparison.Ordinal));
        Assert.Equal(4, errors.Length);
    }

    [Fact]
    public void Load_NestedTooDeep_IsAnError() =>
        Assert.Contains(_folder.Bad(new string('[', 5000)), static error => error.Contains("not valid JSON", StringComparison.Ordinal));

    [Fact]
    public void Load_FileLargerThanTheLimit_IsAnError() =>
        Assert.Contains(_folder.Bad(new string(' ', (10 * 1024 * 1024) + 1)), static error => error.Contains("larger than 10 MB", StringComparison.Ordinal));

    [Fact]
    public void Load_InvalidUtf8_IsAnError()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "parley.json"), [.. "{ \"$schema\": \""u8, 0xC3, 0x28, .. "\" }"u8]);
        Assert.Contains("UTF-8", Assert.Single(_folder.Load().Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SameNameTwice_NamesBothPlaces()
    {
        _folder.Set("OPENAI_API_KEY", "sk-1").Write("models_config.json",
            """{ "models": [ { "modelId": "gpt", "modelName": "gpt-4o", "providerName": "OpenAI" } ] }""");
        var errors = _folder.Bad("""{ "models": [ { "modelId": "a", "aliases": ["gpt"], "modelName": "x", "providerName": "OpenAI" } ] }""");
        Assert.Equal(["models_config.json:1:15 models[0]: \"gpt\" is already the id or an alias of parley.json:1:15 models[0]. Give one of them another name."], errors);
    }

    [Fact]
    public void Load_NamedFileMissing_IsAnErrorAndDefaultFileMissing_IsNot()
    {
        Assert.True(_folder.Good().HasNoFile);
        _folder.Set("PARLEY_CONFIG", "other.json");
        Assert.Equal("other.json: the file does not exist, and it was named by --config or PARLEY_CONFIG or was there at the last load. "
            + "Create it, or name another one.", Assert.Single(_folder.Load().Errors).ToString());
    }

    [Fact]
    [Trait("Contract", "5.configuration")]
    public void Load_SnakeCaseOptions_AreAccepted()
    {
        _folder.Write("parley.json", """
            { "providers": { "az": { "type": "azure-openai", "endpoint": "https://ME.openai.azure.com/openai/deployments/x/", "api_version": "2024-10-21",
              "responses_api_version": "2025-04-01-preview", "allowed_models": ["a"], "http": { "max_connections": 7 },
              "auth": { "kind": "entra", "tenant_id": "t", "client_id": "c", "client_secret": "s" },
              "deployments": { "gpt-4o": "prod", "sonnet": { "deployment": "cl", "family": "anthropic" } } } } }
            """);
        var result = _folder.Load();
        var provider = result.Config!.Providers["az"];
        Assert.Equal("https://me.openai.azure.com/", provider.Endpoint!.ToString());
        Assert.Equal(AzureUrlStyle.Classic, provider.UrlStyle);
        Assert.Equal("2025-04-01-preview", provider.ResponsesApiVersion);
        Assert.Equal(7, provider.Http.MaxConnections);
        Assert.Equal(["a"], provider.AllowedModels);
        Assert.Equal(new ProviderAuthConfig(ProviderAuthKind.Entra) { TenantId = "t", ClientId = "c", ClientSecret = new Secret("s") }, provider.Auth);
        Assert.Equal([new("gpt-4o", new("prod")), new("sonnet", new("cl", "anthropic"))], provider.Deployments);
        Assert.Contains("was cut", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "5.configuration")]
    [Trait("Contract", "5.urls")]
    public void Load_NoApiVersion_UsesV1Urls()
    {
        _folder.Write("parley.json", """{ "providers": { "az": { "type": "azure-openai", "endpoint": "https://me.openai.azure.com" } } }""");
        var provider = _folder.Good().Providers["az"];
        Assert.Equal((AzureUrlStyle.V1, "2024-10-21", "preview"), (provider.UrlStyle, provider.ApiVersion, provider.ResponsesApiVersion));
        Assert.Equal(ProviderAuthKind.Default, provider.Auth!.Kind);
    }

    [Fact]
    public void Load_VariableInsideAString_IsPutInOnce()
    {
        _folder.Set("A", "${B}").Set("HOST", "lab").Write("parley.json",
            """{ "providers": { "x": { "type": "openai-compatible", "baseUrl": "http://${HOST}:1/v1", "apiKey": "a${A}$${C}" } } }""");
        var provider = _folder.Good().Providers["x"];
        Assert.Equal(new Uri("http://lab:1/v1"), provider.BaseUrl);
        Assert.Equal("a${B}${C}", Assert.Single(provider.ApiKeys).Reveal());
    }

    [Fact]
    [Trait("Contract", "4.variables")]
    public void Load_EnvFile_IsBeneathTheEnvironment()
    {
        _folder.Set("ANTHROPIC_API_KEY", "real").Write(".env", "# x\nexport ANTHROPIC_API_KEY=file\nGEMINI_API_KEY='a # b' # c\nOTHER=\"x\\ny\"\nPLAIN = v #c\n");
        var result = _folder.Load();
        Assert.Equal("real", result.Config!.Providers["anthropic"].ApiKeys[0].Reveal());
        Assert.Equal("a # b", result.Config.Providers["gemini"].ApiKeys[0].Reveal());
        Assert.Equal(("x\ny", "v"), (result.Variables["OTHER"], result.Variables["PLAIN"]));
        _folder.Write(".env", "A=1\nnonsense\nB=\"open\n");
        Assert.Equal([2, 3], _folder.Load().Errors.Select(static error => error.Line));
    }
}
