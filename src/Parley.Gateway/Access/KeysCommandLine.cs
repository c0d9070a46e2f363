namespace Parley.Gateway.Access;

/// <summary>The words after <c>keys</c>: an action, its id where it needs one, and options (<c>--name value</c> or <c>--name=value</c>).</summary>
internal sealed class KeysCommandLine
{
    private static readonly string[] Everywhere = ["data", "database"];
    private static readonly string[] OnCreate = ["name", "role", "models", "providers", "tools", "priority", "expires", "key", .. Everywhere];
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private KeysCommandLine()
    {
    }

    /// <summary><c>create</c>, <c>list</c>, <c>suspend</c>, <c>resume</c>, <c>delete</c> or <c>help</c>.</summary>
    public string Action { get; private set; } = "help";

    /// <summary>The key's id; empty for <c>create</c> and <c>list</c>.</summary>
    public string Id { get; private set; } = "";

    /// <summary>An option's value, or null.</summary>
    public string? this[string option] => _options.GetValueOrDefault(option);

    /// <summary>Reads the words; the error names the option but never its value.</summary>
    public static KeysCommandLine Parse(IReadOnlyList<string> args, out string? error)
    {
        var line = new KeysCommandLine();
        error = null;
        if (args.Count == 0 || args.Any(static arg => arg is "--help" or "-h" or "help")) return line;
        line.Action = args[0];
        var needsId = line.Action is "suspend" or "resume" or "delete";
        if (!needsId && line.Action is not ("create" or "list")) error = "The actions are create, list, suspend, resume and delete.";
        for (var i = 1; i < args.Count && error is null; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal)) error = line.Option(args, ref i);
            else if (needsId && line.Id.Length == 0) line.Id = args[i];
            else error = "There is a word too many.";
        }

        if (error is null && needsId && line.Id.Length == 0) error = $"keys {line.Action} needs the key's id (see keys list).";
        if (error is null && line.Action == "create" && line["name"] is null) error = "keys create needs --name.";
        return line;
    }

    private string? Option(IReadOnlyList<string> args, ref int at)
    {
        var word = args[at][2..];
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        if (Array.IndexOf(Action == "create" ? OnCreate : Everywhere, name) < 0)
            return name.Length <= 16 ? $"keys {Action} does not know --{name}." : $"keys {Action} does not know one of the options.";
        if (equals < 0 && ++at >= args.Count) return $"--{name} needs a value.";
        return _options.TryAdd(name, equals < 0 ? args[at] : word[(equals + 1)..]) ? null : $"--{name} is given twice.";
    }
}
