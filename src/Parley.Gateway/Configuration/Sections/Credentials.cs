using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>Reads values that are sent upstream as a credential.</summary>
internal static class Credentials
{
    /// <summary>The secret of <paramref name="name"/>; null when it is not written or was reported.</summary>
    public static Secret? Secret(SectionReader section, string name) =>
        section.String(name) is { } text ? Secret(section.Context, section.Get(name)!, text) : null;

    /// <summary>A header cannot carry other characters, and the usual cause is a newline at the end of a pasted or mounted secret.</summary>
    public static Secret? Secret(ReadingContext context, ConfigurationNode node, string text)
    {
        var value = text.Trim();
        if (value.Length > 0 && value.Length <= 8192 && value.All(static c => c is >= ' ' and <= '~'))
            return new Secret(value);
        context.Error(node, "a credential must be 1 to 8192 printable ASCII characters. Look for line breaks or characters of a word processor.");
        return null;
    }

    /// <summary><c>apiKey</c> or <c>apiKeys</c>.</summary>
    public static List<Secret> ApiKeys(SectionReader section)
    {
        if (section.Has("apiKey") && section.Has("apiKeys"))
            section.Error("apiKeys", "is written beside apiKey. Keep one of them.");
        if (section.Get("apiKeys") is { Kind: ConfigurationNodeKind.Array, Items.Count: 0 })
            section.Error("apiKeys", "is empty. List at least one key, or remove it.");
        List<Secret> keys = [];
        if (Secret(section, "apiKey") is { } single)
            keys.Add(single);
        foreach (var item in section.StringItems("apiKeys") ?? [])
        {
            if (Secret(section.Context, item, item.Text) is not { } key)
                continue;
            if (keys.Contains(key))
                section.Context.Error(item, "is the same key as one before it. Remove it.");
            keys.Add(key);
        }

        return keys;
    }
}
