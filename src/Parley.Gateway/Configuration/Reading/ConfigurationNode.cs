namespace Parley.Gateway.Configuration.Reading;

/// <summary>One value of a configuration file that still knows where it is written.</summary>
internal sealed class ConfigurationNode(ConfigurationNodeKind kind, string path, int line, int column)
{
    public ConfigurationNodeKind Kind { get; } = kind;

    /// <summary><c>providers.azure.auth</c>; empty for the document.</summary>
    public string Path { get; } = path;

    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>A string after variables were put in, or a number as written.</summary>
    public string Text { get; init; } = "";

    /// <summary>A string as it is written, <c>${NAME}</c> and all; null where <see cref="Text"/> is that.</summary>
    public string? Written { get; init; }

    /// <summary>Names of the variables that <see cref="Text"/> was made from.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>How messages quote it: as it is written where variables were put in, because their values may be secrets.</summary>
    public string Shown => Variables.Count > 0 ? Written! : Text;

    /// <summary>True when a variable of this string is not set: reported already, so its value is not judged as well.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Members of an object, in file order; the place of a member is that of its name.</summary>
    public List<ConfigurationMember> Members { get; } = [];

    public List<ConfigurationNode> Items { get; } = [];
}
