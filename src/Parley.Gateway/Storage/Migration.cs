namespace Parley.Gateway.Storage;

/// <summary>One numbered step of the database's schema, applied once, in the order of the numbers. A feature owns a range of numbers.</summary>
internal sealed record Migration(int Version, string Name, string Sql);
