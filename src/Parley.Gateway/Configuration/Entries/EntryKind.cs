namespace Parley.Gateway.Configuration.Entries;

/// <summary>What the admin API of the catalogue manages.</summary>
internal enum EntryKind
{
    Provider,
    Model,
    Alias,
}
