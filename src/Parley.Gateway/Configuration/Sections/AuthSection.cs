using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A provider's <c>auth</c>: its kind says which other keys belong to it.</summary>
internal static class AuthSection
{
    private static readonly Dictionary<string, ProviderAuthKind> Kinds = new()
    {
        ["api-key"] = ProviderAuthKind.ApiKey,
        ["managed-identity"] = ProviderAuthKind.ManagedIdentity,
        ["entra"] = ProviderAuthKind.Entra,
        ["workload-identity"] = ProviderAuthKind.WorkloadIdentity,
        ["default"] = ProviderAuthKind.Default,
        ["header"] = ProviderAuthKind.Header,
        ["caller-bearer"] = ProviderAuthKind.CallerBearer,
    };

    // The gateway sets these itself; a fixed value would break the request or its framing.
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Expect", "Cookie",
    };

    public static ProviderAuthConfig? Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Auth, snakeCase: true);
        section.Required("kind", $"Say one of {string.Join(", ", Kinds.Keys)}.");
        if (!section.Has("kind") || section.Choice("kind", Kinds) is not { } kind)
            return null;
        var (required, optional) = Members(kind);
        foreach (var name in ConfigurationKeys.Auth.Where(name => name != "kind" && section.Has(name)))
        {
            if (!required.Contains(name) && !optional.Contains(name))
                section.Error(name, $"does not belong to kind {section.String("kind")}. Remove it, or choose another kind.");
        }

        foreach (var name in required)
            section.Required(name, $"Kind {section.String("kind")} needs it.");
        return new ProviderAuthConfig(kind)
        {
            ClientId = section.String("clientId"),
            TenantId = section.String("tenantId"),
            ClientSecret = Credentials.Secret(section, "clientSecret"),
            HeaderName = HeaderName(section),
            Value = Credentials.Secret(section, "value"),
            Scope = section.String("scope"),
        };
    }

    private static (string[] Required, string[] Optional) Members(ProviderAuthKind kind) => kind switch
    {
        ProviderAuthKind.ApiKey => (["value"], []),
        ProviderAuthKind.ManagedIdentity => ([], ["clientId", "scope"]),
        ProviderAuthKind.Entra => (["tenantId", "clientId", "clientSecret"], ["scope"]),
        ProviderAuthKind.WorkloadIdentity => ([], ["tenantId", "clientId", "scope"]),
        ProviderAuthKind.Default => ([], ["tenantId", "clientId", "scope"]),
        ProviderAuthKind.Header => (["name", "value"], []),
        _ => ([], []),
    };

    private static string? HeaderName(SectionReader section)
    {
        if (section.String("name") is not { } name)
            return null;
        if (!HeaderNames.IsToken(name))
            section.Error("name", "is not a header name. Use letters, digits and -.");
        else if (OwnHeaders.Contains(name))
            section.Error("name", $"{section.Shown("name")} is set by the gateway itself. Choose the header that carries the credential.");
        return name;
    }
}
