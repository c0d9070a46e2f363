namespace Parley.Gateway.Configuration.Entries;

/// <summary>How the kinds are called in paths, in the database and in bodies.</summary>
internal static class EntryKinds
{
    public static IReadOnlyList<EntryKind> All { get; } = [EntryKind.Provider, EntryKind.Model, EntryKind.Alias];

    /// <summary><c>providers</c>: the section of the file and the segment of the path.</summary>
    public static string Section(this EntryKind kind) => kind switch
    {
        EntryKind.Provider => "providers",
        EntryKind.Model => "models",
        _ => "aliases",
    };

    /// <summary><c>provider</c>: the word of messages, and of the database's column.</summary>
    public static string Word(this EntryKind kind) => kind switch
    {
        EntryKind.Provider => "provider",
        EntryKind.Model => "model",
        _ => "alias",
    };

    /// <summary>The member of a body that holds the id. In the file only a model holds its own; the others stand behind theirs.</summary>
    public static string IdKey(this EntryKind kind) => kind == EntryKind.Model ? "modelId" : "name";

    /// <summary>The kind of a row.</summary>
    public static EntryKind OfWord(string word) => word switch
    {
        "provider" => EntryKind.Provider,
        "model" => EntryKind.Model,
        _ => EntryKind.Alias,
    };
}
