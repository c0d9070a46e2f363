using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>One entry of <c>providers</c>. Its type says which keys belong to it.</summary>
internal static class ProviderSection
{
    public static ProviderConfig? Read(ReadingContext context, ConfigurationMember member, string directory)
    {
        var section = new SectionReader(context, member.Value, ConfigurationKeys.Provider, snakeCase: true);
        CheckName(context, member);
        if (section.Required("type", $"Say one of {string.Join(", ", ProviderTypes.Names)}.") is not { } typeName)
            return null;
        if (ProviderTypes.Find(typeName) is not { } type)
        {
            section.Error("type", $"\"{section.Shown("type")}\" is not a type of provider.{NearestName.Hint(section.Shown("type"), ProviderTypes.Names)}"
                + $" Known: {string.Join(", ", ProviderTypes.Names)}.");
            return null;
        }

        var allowed = Allowed(type);
        foreach (var name in ConfigurationKeys.Provider.Where(name => section.Has(name) && !allowed.Contains(name)))
            section.Error(name, $"does not belong to type {typeName}. Remove it. Known here: {string.Join(", ", allowed)}.");
        var provider = new ProviderConfig
        {
            Name = member.Name,
            Type = type,
            TypeName = typeName,
            BaseUrl = BaseUrl(section, typeName, type),
            ApiKeys = allowed.Contains("apiKey") ? Credentials.ApiKeys(section) : [],
            Auth = allowed.Contains("auth") && section.Get("auth") is { } auth ? AuthSection.Read(context, auth) : null,
            AllowedModels = section.Strings("allowedModels"),
            Breaker = section.Get("breaker") is { } breaker ? BreakerSection.Read(context, breaker) : new BreakerConfig(),
            Probe = section.Get("probe") is { } probe ? ProbeSection.Read(context, probe) : null,
            Http = section.Get("http") is { } http ? HttpSection.Read(context, http, directory) : new HttpConfig(),
            StreamUsage = section.Bool("streamUsage") ?? true,
            SharedFiles = section.Bool("sharedFiles") ?? false,
        };
        if (section.Has("auth") && (section.Has("apiKey") || section.Has("apiKeys")))
            section.Error("auth", "is written beside apiKey. Keep one of them: auth, or apiKey/apiKeys.");
        if (type is ProviderType.Anthropic or ProviderType.Gemini && provider.Auth is { Kind: not (ProviderAuthKind.ApiKey or ProviderAuthKind.Header) })
            section.Error("auth", $"must be of kind api-key or header for type {typeName}: the vendor takes no other.");
        CheckWrapperKey(section, type);
        return type switch
        {
            ProviderType.AzureOpenAI => WithSignIn(AzureSection.Read(section, provider)),
            ProviderType.Bedrock => BedrockSection.Read(section, provider),
            ProviderType.Simulator => provider,
            _ => WithKey(section, provider),
        };
    }

    private static string[] Allowed(ProviderType type) => type switch
    {
        ProviderType.AzureOpenAI => [.. ConfigurationKeys.AnyProvider, .. ConfigurationKeys.AzureProvider],
        ProviderType.Bedrock => [.. ConfigurationKeys.AnyProvider, .. ConfigurationKeys.BedrockProvider],
        ProviderType.Simulator => [.. ConfigurationKeys.AnyProvider, "baseUrl", "allowedModels"],
        _ => [.. ConfigurationKeys.AnyProvider, .. ConfigurationKeys.KeyedProvider],
    };

    private static void CheckName(ReadingContext context, ConfigurationMember member)
    {
        var name = member.Name;
        if (name.Length is 0 or > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            context.Problems.Error(context.File, member.Value.Path, member.Line, member.Column,
                "a provider's name is 1 to 64 letters, digits, - _ or . because callers write it before a slash (azure/gpt-4o).");
        }
    }

    private static Uri? BaseUrl(SectionReader section, string typeName, ProviderType type)
    {
        if (type == ProviderType.AzureOpenAI)
            return null;
        if (!section.Has("baseUrl"))
        {
            if (type == ProviderType.OpenAICompatible && typeName == "openai-compatible")
                section.Error("baseUrl", "is missing. Give the server's base, such as http://localhost:11434/v1.");
            return ProviderTypes.DefaultBaseUrl(typeName);
        }

        if (Addresses.Url(section, "baseUrl") is not { } url)
            return null;
        var node = section.Get("baseUrl")!;
        var path = url.AbsolutePath.TrimEnd('/');
        if (type is ProviderType.Anthropic or ProviderType.Gemini && (path.EndsWith("/v1", StringComparison.Ordinal) || path.EndsWith("/v1beta", StringComparison.Ordinal)))
        {
            path = path[..path.LastIndexOf('/')];
            section.Context.Warning(node, "the version at the end is not needed and was cut: the vendor's own SDK takes this base without it.");
        }
        else if (type is ProviderType.OpenAI or ProviderType.OpenAICompatible && path.Length == 0 && typeName != "perplexity")
        {
            section.Context.Warning(node, "has no path; the base of OpenAI and compatible servers usually ends in /v1.");
        }

        return Addresses.WithPath(url, path);
    }

    private static ProviderConfig WithSignIn(ProviderConfig provider) => provider switch
    {
        { Auth: { Kind: ProviderAuthKind.ApiKey, Value: { } value } } => provider with { ApiKeys = [value] },
        { Auth: null, ApiKeys.Count: 0 } => provider with { Auth = new ProviderAuthConfig(ProviderAuthKind.Default) },
        _ => provider,
    };

    /// <summary>Without a written key the type's own variable is taken, but never for another server than the vendor's own.</summary>
    private static ProviderConfig WithKey(SectionReader section, ProviderConfig provider)
    {
        if (provider.Auth is { Kind: ProviderAuthKind.ApiKey, Value: { } value })
            return provider with { ApiKeys = [value] };
        var variable = ProviderTypes.KeyVariable(provider.TypeName);
        if (provider.Auth is not null || section.Has("apiKey") || section.Has("apiKeys") || section.Has("baseUrl") || variable is null)
            return provider;
        if (variable == VariableNames.OpenAIKey && section.Context.Variable(VariableNames.OpenAIEndpoint) is not null)
            return provider with { MissingCredential = $"{variable} belongs to {VariableNames.OpenAIEndpoint} and is sent nowhere else; apiKey is not set" };
        return section.Context.Variable(variable) is { } key && Credentials.Secret(section.Context, section.Node, key) is { } secret
            ? provider with { ApiKeys = [secret] }
            : provider with { MissingCredential = $"{variable} is not set" };
    }

    /// <summary>With OPENAI_ENDPOINT set, OPENAI_API_KEY is the key of that Azure resource and is sent nowhere else (contracts §4).</summary>
    private static void CheckWrapperKey(SectionReader section, ProviderType type)
    {
        if (section.Context.Variable(VariableNames.OpenAIEndpoint) is not { } wrapper)
            return;
        if (type == ProviderType.AzureOpenAI && SameHost(section.String("endpoint"), wrapper) && !section.Has("endpoints"))
            return;
        var auth = section.Get("auth")?.Members.Select(static member => member.Value) ?? [];
        var keys = section.Get("apiKeys")?.Items ?? [];
        foreach (var node in auth.Concat(keys).Append(section.Get("apiKey")))
        {
            if (node is not null && node.Variables.Contains(VariableNames.OpenAIKey))
            {
                section.Context.Error(node, $"{VariableNames.OpenAIKey} is the key of {VariableNames.OpenAIEndpoint}'s resource and is sent nowhere else."
                    + " Put this provider's key into another variable.");
            }
        }
    }

    private static bool SameHost(string? endpoint, string wrapper) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var a) && Uri.TryCreate(wrapper, UriKind.Absolute, out var b)
        && a.GetLeftPart(UriPartial.Authority) == b.GetLeftPart(UriPartial.Authority);
}
