using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Entries;

/// <summary>Shows a provider of the variables as the file would say it.</summary>
internal static class VariableEntry
{
    public static CatalogEntry Of(ProviderConfig provider)
    {
        var node = new ConfigurationNode(ConfigurationNodeKind.Object, "", 0, 0);
        Add(node, "type", provider.TypeName);
        Add(node, "baseUrl", provider.BaseUrl?.OriginalString);
        Add(node, "endpoint", provider.Endpoint?.OriginalString);
        Add(node, "apiVersion", provider.Endpoint is null ? null : provider.ApiVersion);
        Add(node, "region", provider.Region);
        Add(node, "accessKeyId", provider.AccessKeyId);
        Add(node, "secretAccessKey", provider.SecretAccessKey?.ToString());
        Add(node, "sessionToken", provider.SessionToken?.ToString());
        if (provider.ApiKeys is [var key, ..])
            Add(node, "apiKey", key.ToString());
        return new CatalogEntry(EntryKind.Provider, provider.Name, EntryOrigin.Variables, "the environment", node);
    }

    private static void Add(ConfigurationNode node, string name, string? value)
    {
        if (value is not null)
            node.Members.Add(new ConfigurationMember(name, 0, 0, new ConfigurationNode(ConfigurationNodeKind.String, name, 0, 0) { Text = value }));
    }
}
