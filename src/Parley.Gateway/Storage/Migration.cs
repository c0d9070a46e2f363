namespace Parley.Gateway.Storage;

/// <summary>
/// One numbered step of the database's schema. It is applied once, in a transaction, and never changed after it was released:
/// a later step corrects an earlier one. Each feature has its own range of versions (access 1 to 9, ledger 10 to 19, catalog 20 to 29, users 30 to 39).
/// </summary>
/// <param name="Version">Unique over all features; steps that are missing are applied in ascending order.</param>
/// <param name="Name">Stored beside the version: another name under an applied version means another program's database.</param>
/// <param name="Sql">One or several statements, without parameters.</param>
internal sealed record Migration(int Version, string Name, string Sql);
