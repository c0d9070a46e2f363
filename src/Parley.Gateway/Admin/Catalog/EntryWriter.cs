namespace Parley.Gateway.Admin.Catalog;

/// <summary>Who writes, where to and when.</summary>
/// <param name="Id">The id of the caller's key.</param>
/// <param name="Store">Where to.</param>
/// <param name="Time">The clock.</param>
internal sealed record EntryWriter(string Id, EntryStore Store, TimeProvider Time);
