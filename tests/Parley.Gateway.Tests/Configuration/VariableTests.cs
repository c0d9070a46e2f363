using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

public sealed class VariableTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Contract", "2.identity")]
    [Trait("Contract", "4.variables")]
    public void Load_EveryVariable_GivesEveryProvider()
    {
        _folder.Set("AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com/").Set("AZURE_OPENAI_API_KEY", "az\n").Set("AZURE_OPENAI_API_VERSION", "2025-01-01-preview")
            .Set("AZURE_OPENAI_BASE", "https://p.cognitiveservices.azure.com").Set("AZURE_OPENAI_DEPLOYMENT", "prod")
            .Set("OPENAI_ENDPOINT", "https://w.openai.azure.com").Set("OPENAI_API_KEY", "wr").Set("OPENAI_MODEL_DEPLOYMENT_NAME", "o1")
            .Set("ANTHROPIC_API_KEY", "an").Set("AWS_ACCESS_KEY_ID", "id").Set("AWS_SECRET_ACCESS_KEY", "se").Set("GEMINI_API_KEY", "ge");
        var config = _folder.Good();
        Assert.Equal(["azure", "azure-proxy", "azure-wrapper", "anthropic", "bedrock", "gemini"], config.Providers.Keys);
        Assert.Equal(("az", null, "2025-01-01-preview", AzureUrlStyle.Classic), Azure(config.Providers["azure"]));
        Assert.Equal((null, ProviderAuthKind.Default, "2025-01-01-preview", AzureUrlStyle.Classic), Azure(config.Providers["azure-proxy"]));
        Assert.Equal(("wr", null, "2024-10-21", AzureUrlStyle.Classic), Azure(config.Providers["azure-wrapper"]));
        Assert.Equal(("us-east-1", "id", "se"), (config.Providers["bedrock"].Region, config.Providers["bedrock"].AccessKeyId, config.Providers["bedrock"].SecretAccessKey!.Reveal()));
        Assert.Equal(("prod", "o1", null), (config.ProxyDeployment, config.DefaultModel, config.OnlyVariableProvider));
    }

    [Fact]
    public void Load_OneVariable_MakesTheOnlyProvider()
    {
        var config = _folder.Set("OPENAI_API_KEY", "sk").Good();
        Assert.Equal(("openai", true, null), (config.OnlyVariableProvider, config.HasNoFile, config.DefaultModel));
        Assert.Equal(new Uri("https://api.openai.com/v1"), config.Providers["openai"].BaseUrl);
    }

    [Fact]
    public void Load_FileDefinesTheName_VariableAddsNone()
    {
        _folder.Set("OPENAI_API_KEY", "sk").Write("parley.json", """{ "providers": { "openai": { "type": "openai", "apiKey": "mine" } } }""");
        var config = _folder.Good();
        Assert.Equal(("mine", null), (config.Providers["openai"].ApiKeys[0].Reveal(), config.OnlyVariableProvider));
    }

    [Fact]
    [Trait("Contract", "4.own-key")]
    public void Load_WrapperKeyForAnotherProvider_IsRefused()
    {
        _folder.Set("OPENAI_ENDPOINT", "https://w.openai.azure.com").Set("OPENAI_API_KEY", "wr");
        Assert.Contains("is sent nowhere else", Assert.Single(_folder.Bad("""{ "providers": { "o": { "type": "openai", "apiKey": "${OPENAI_API_KEY}" } } }""")), StringComparison.Ordinal);
        _folder.Write("parley.json", """{ "providers": { "o": { "type": "openai" } } }""");
        var provider = _folder.Good().Providers["o"];
        Assert.Empty(provider.ApiKeys);
        Assert.StartsWith("OPENAI_API_KEY belongs to OPENAI_ENDPOINT", provider.MissingCredential, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KeyVariable_IsNotSentToAnotherServer()
    {
        _folder.Set("GROQ_API_KEY", "gq").Write("parley.json",
            """{ "providers": { "a": { "type": "groq" }, "b": { "type": "groq", "baseUrl": "http://elsewhere/v1" }, "c": { "type": "mistral" }, "d": { "type": "ollama" } } }""");
        var providers = _folder.Good().Providers;
        Assert.Equal("gq", providers["a"].ApiKeys[0].Reveal());
        Assert.Empty(providers["b"].ApiKeys);
        Assert.Equal("MISTRAL_API_KEY is not set", providers["c"].MissingCredential);
        Assert.Null(providers["d"].MissingCredential);
    }

    [Fact]
    public void Load_OldCatalogueWithoutCredentials_ListsItsModelsAndSaysWhatIsMissing()
    {
        _folder.Set("OPENAI_API_KEY", "sk").Write("models_config.json", """
            { "models": [
              { "modelId": "a", "modelName": "gpt-4o", "providerName": "OpenAI", "temperature": null, "supportsVision": true, "description": "", "unknown": {} },
              { "modelId": "b", "modelName": "gpt-4o", "providerName": "Azure OpenAI" },
              { "modelId": "c", "modelName": "claude", "providerName": "Anthropic" },
              { "modelId": "d", "modelName": "llama", "providerName": "AWS Bedrock" } ],
              "userStorage": { "tableName": "People", "other": 1 }, "more": [] }
            """);
        var config = _folder.Good();
        Assert.Equal(
        [
            new("openai", "gpt-4o") { ProviderDisplayName = "OpenAI" },
            new("azure", "gpt-4o") { ProviderDisplayName = "Azure OpenAI", Missing = "AZURE_OPENAI_ENDPOINT is not set" },
            new("anthropic", "claude") { ProviderDisplayName = "Anthropic", Missing = "ANTHROPIC_API_KEY is not set" },
            new TargetConfig("bedrock", "llama") { ProviderDisplayName = "AWS Bedrock", Missing = "AWS_ACCESS_KEY_ID is not set" },
        ], config.Models.Select(static model => Assert.Single(model.Targets)));
        Assert.Equal(("People", "user", false, "a"), (config.UserStorage!.TableName, config.UserStorage.PartitionKey, config.HasNoFile, config.DefaultModel));
    }

    [Fact]
    public void Load_ShortFormWithoutTheName_TakesTheFirstProviderOfTheType()
    {
        _folder.Write("parley.json", """
            { "providers": { "claude-2": { "type": "anthropic", "apiKey": "x" }, "claude-1": { "type": "anthropic", "apiKey": "y" } },
              "models": [ { "modelId": "a", "modelName": "m", "providerName": "Anthropic" } ] }
            """);
        Assert.Equal("claude-2", _folder.Good().Models[0].Targets[0].Provider);
    }

    private static (string? Key, ProviderAuthKind? Auth, string Version, AzureUrlStyle Style) Azure(ProviderConfig provider) =>
        (provider.ApiKeys.Select(static key => key.Reveal()).FirstOrDefault(), provider.Auth?.Kind, provider.ApiVersion, provider.UrlStyle);
}
