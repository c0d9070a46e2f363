namespace Parley.Gateway.Configuration.Entries;

/// <summary>A name of an entry of the admin API that a file has as well: the file's is in use.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Name">Its id, or one of a model's other names.</param>
/// <param name="Place">Where the file has it.</param>
internal sealed record ShadowedName(StoredEntry Entry, string Name, string Place);
