using System.Globalization;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>The <c>keys</c>: names and values are unique, values are what a header can carry.</summary>
internal static class KeySection
{
    private static readonly Dictionary<string, KeyRole> Roles = new()
    {
        ["admin"] = KeyRole.Admin,
        ["inference"] = KeyRole.Inference,
        ["users"] = KeyRole.Users,
        ["validate"] = KeyRole.Validate,
        ["metrics"] = KeyRole.Metrics,
    };

    public static List<FixedKeyConfig> Read(ReadingContext context, List<ConfigurationNode> nodes)
    {
        List<FixedKeyConfig> keys = [];
        var names = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        var values = new Dictionary<Secret, ConfigurationNode>();
        foreach (var node in nodes)
        {
            var section = new SectionReader(context, node, ConfigurationKeys.Key);
            var name = section.Required("name", "Logs and the ledger call the key by it.");
            if (name is not null && !names.TryAdd(name, node))
                section.Error("name", $"\"{section.Shown("name")}\" is the name of another key, {context.Place(names[name])}. Give each key its own name.");
            var value = Value(section);
            if (value is not null && !values.TryAdd(value, node))
                section.Error("key", $"has the same value as {context.Place(values[value])}. Remove one of them.");
            var role = section.Choice("role", Roles) ?? KeyRole.Inference;
            var expires = Expires(section);
            var priority = section.Int("priority", KeyRules.DefaultPriority, 1, KeyRules.MaxPriority);
            if (name is not null && value is not null)
            {
                keys.Add(new FixedKeyConfig
                {
                    Name = name,
                    Role = role,
                    Key = value,
                    Models = section.Strings("models"),
                    Providers = section.Strings("providers"),
                    Tools = section.Strings("tools"),
                    Priority = priority,
                    ExpiresAt = expires,
                });
            }
        }

        return keys;
    }

    private static Secret? Value(SectionReader section)
    {
        if (section.Required("key", "Give its value, best as \"${NAME}\" from a variable.") is not { } text)
            return null;
        if (text.Length is >= 16 and <= 256 && text.All(static c => c is > ' ' and <= '~'))
            return new Secret(text);
        section.Error("key", string.Create(CultureInfo.InvariantCulture,
            $"must be 16 to 256 printable ASCII characters without spaces; this one has {text.Length} characters."));
        return null;
    }

    private static DateTimeOffset? Expires(SectionReader section)
    {
        if (section.String("expiresAt") is not { } text)
            return null;
        // A time without an offset would mean another moment on every machine.
        if ((text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        section.Error("expiresAt", "must be an ISO 8601 time with its offset, such as 2027-01-31T00:00:00Z.");
        return null;
    }
}
