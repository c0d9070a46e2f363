using System.Globalization;

namespace Parley.Gateway.Configuration.Reading;

/// <summary>
/// Reads the members of one JSON object by type. An unknown name is reported at once with the nearest known one;
/// a member of the wrong type is reported when it is asked for, and counts as not written.
/// </summary>
internal sealed class SectionReader
{
    /// <summary>The shortest time that may be written, in seconds: shorter ones are below what timers keep.</summary>
    public const double ShortestDuration = 0.05;

    /// <summary>In seconds.</summary>
    public const double Day = 24 * 60 * 60;

    private readonly Dictionary<string, ConfigurationMember> _members = new(StringComparer.Ordinal);

    /// <param name="context">The file being read.</param>
    /// <param name="node">The object; another kind of value is reported and read as an empty object.</param>
    /// <param name="keys">Every name that may be written.</param>
    /// <param name="snakeCase">Whether <c>api_version</c> is accepted for <c>apiVersion</c>.</param>
    /// <param name="ignoreUnknown">Whether unknown names are passed over (<c>models_config.json</c>).</param>
    public SectionReader(ReadingContext context, ConfigurationNode node, IReadOnlyList<string> keys, bool snakeCase = false, bool ignoreUnknown = false)
    {
        Context = context;
        Node = node;
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            context.Error(node, $"must be an object {{…}}, not {Kind(node)}.");
            return;
        }

        foreach (var member in node.Members)
        {
            var name = snakeCase ? CamelCase(member.Name) : member.Name;
            if (!keys.Contains(name))
            {
                if (!ignoreUnknown)
                    ErrorAt(member, $"unknown key.{NearestName.Hint(member.Name, keys)}{Known(member.Name, keys)}");
            }
            else if (!_members.TryAdd(name, member))
            {
                ErrorAt(member, $"written twice, also as \"{_members[name].Name}\" on line {_members[name].Line}. Keep one of them.");
            }
        }
    }

    public ReadingContext Context { get; }

    public ConfigurationNode Node { get; }

    /// <summary>The value of <paramref name="name"/>; null when it is not written or is <c>null</c>.</summary>
    public ConfigurationNode? Get(string name) =>
        _members.TryGetValue(name, out var member) && member.Value.Kind != ConfigurationNodeKind.Null ? member.Value : null;

    public bool Has(string name) => Get(name) is not null;

    /// <summary>How a message quotes the string of <paramref name="name"/>: never with the value of a variable.</summary>
    public string Shown(string name) => Get(name)?.Shown ?? "";

    /// <summary>Reports at the name of a member, or at the section when it is not written.</summary>
    public void Error(string name, string message)
    {
        if (_members.TryGetValue(name, out var member))
            ErrorAt(member, message);
        else
            Context.Problems.Error(Context.File, ConfigurationDocument.Join(Node.Path, name), Node.Line, Node.Column, message);
    }

    public string? String(string name)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind != ConfigurationNodeKind.String)
            Context.Error(node, $"must be a string, not {Kind(node)}. Put it in quotes.");
        else if (node.Text.Length == 0 && !node.IsIncomplete)
            Context.Error(node, "must not be empty. Give a value, or remove the key.");
        else if (!node.IsIncomplete)
            return node.Text;
        return null;
    }

    /// <summary>A string that must be written. Null is returned only when an error was reported.</summary>
    public string? Required(string name, string hint)
    {
        if (!Has(name) && Node.Kind == ConfigurationNodeKind.Object)
            Error(name, $"is missing. {hint}");
        return String(name);
    }

    public bool? Bool(string name)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind is ConfigurationNodeKind.True or ConfigurationNodeKind.False)
            return node.Kind == ConfigurationNodeKind.True;
        Context.Error(node, $"must be true or false, not {Kind(node)}.");
        return null;
    }

    public long Long(string name, long fallback, long min, long max)
    {
        if (Get(name) is not { } node)
            return fallback;
        if (node.Kind == ConfigurationNodeKind.Number
            && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max)
            return value;
        var found = node.Kind == ConfigurationNodeKind.Number ? node.Text : Kind(node);
        Context.Error(node, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}, not {found}."));
        return fallback;
    }

    public int Int(string name, int fallback, int min, int max) => (int)Long(name, fallback, min, max);

    /// <summary>A whole number that has no default.</summary>
    public int? OptionalInt(string name, int min, int max)
    {
        var value = Long(name, long.MinValue, min, max);
        return value == long.MinValue ? null : (int)value;
    }

    /// <summary>A time in seconds, fractions allowed.</summary>
    public TimeSpan? Seconds(string name, double min, double max) =>
        Number(name, min, max) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A time in whole milliseconds.</summary>
    public TimeSpan? Milliseconds(string name, int min, int max) =>
        OptionalInt(name, min, max) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    public double? Number(string name, double min, double max)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind == ConfigurationNodeKind.Number
            && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        var found = node.Kind == ConfigurationNodeKind.Number ? node.Text : Kind(node);
        Context.Error(node, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}, not {found}."));
        return null;
    }

    /// <summary>One of <paramref name="choices"/>, spelled exactly.</summary>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (String(name) is not { } text)
            return null;
        if (choices.TryGetValue(text, out var value))
            return value;
        Context.Error(Get(name)!, $"\"{Shown(name)}\" is not one of {string.Join(", ", choices.Keys)}.{NearestName.Hint(Shown(name), choices.Keys)}");
        return null;
    }

    public List<ConfigurationNode>? Items(string name)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind == ConfigurationNodeKind.Array)
            return node.Items;
        Context.Error(node, $"must be a list […], not {Kind(node)}.");
        return null;
    }

    /// <summary>The string items of a list with their places; other items are reported.</summary>
    public List<ConfigurationNode>? StringItems(string name)
    {
        if (Items(name) is not { } items)
            return null;
        foreach (var item in items)
        {
            if (item.Kind != ConfigurationNodeKind.String)
                Context.Error(item, $"must be a string, not {Kind(item)}.");
            else if (item.Text.Length == 0 && !item.IsIncomplete)
                Context.Error(item, "must not be empty. Give a value, or remove the entry.");
        }

        return items.FindAll(static item => item is { Kind: ConfigurationNodeKind.String, IsIncomplete: false, Text.Length: > 0 });
    }

    public IReadOnlyList<string>? Strings(string name) => StringItems(name)?.ConvertAll(static item => item.Text);

    public static string Kind(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Object => "an object",
        ConfigurationNodeKind.Array => "a list",
        ConfigurationNodeKind.String => "a string",
        ConfigurationNodeKind.Number => "a number",
        ConfigurationNodeKind.Null => "null",
        _ => "true or false",
    };

    private void ErrorAt(ConfigurationMember member, string message) =>
        Context.Problems.Error(Context.File, member.Value.Path, member.Line, member.Column, message);

    private static string Known(string asked, IReadOnlyList<string> keys) =>
        NearestName.Of(asked, keys) is null ? $" Known here: {string.Join(", ", keys)}." : "";

    /// <summary><c>apiVersion</c> for <c>api_version</c>.</summary>
    public static string CamelCase(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
            return name;
        var parts = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(parts.Select(static (part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
