using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Access;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Tests.Access;

/// <summary>The real parts of key checking over a real database, as one process has them. Two rings over one directory are two processes.</summary>
internal sealed class KeyRing : IAsyncDisposable
{
    public KeyRing(string directory, ManualClock clock)
    {
        Database = SqliteDatabase.Open(Path.Combine(directory, "parley.db"), Schema.Migrations, clock);
        Hasher = new KeyHasher(Pepper.LoadOrCreate(directory));
        Store = new KeyStore(Database);
        Index = new KeyIndex(Store, Hasher, clock, NullLogger<KeyIndex>.Instance);
        Keys = new KeyService(Store, Index, Hasher, clock, NullLogger<KeyService>.Instance);
        Authenticator = new KeyAuthenticator(Index, Hasher, clock);
    }

    public SqliteDatabase Database { get; }

    public KeyHasher Hasher { get; }

    public KeyStore Store { get; }

    public KeyIndex Index { get; }

    public KeyService Keys { get; }

    public KeyAuthenticator Authenticator { get; }

    public static async Task<KeyRing> OpenAsync(string directory, ManualClock clock)
    {
        var ring = new KeyRing(directory, clock);
        await ring.Index.RefreshAsync(CancellationToken.None);
        return ring;
    }

    public async Task<(KeyRecord Key, string Clear)> CreateAsync(KeyDraft draft)
    {
        var outcome = await Keys.CreateAsync(draft, KeyActor.CommandLine, CancellationToken.None);
        Assert.Null(outcome.Error);
        return (outcome.Key!, outcome.Clear!.Reveal());
    }

    public KeyRefusal Check(string presented)
    {
        var found = Authenticator.TryAuthenticate(presented, out var caller, out var refusal);
        Assert.Equal(found, caller is not null);
        Assert.Equal(found, refusal == KeyRefusal.None);
        return refusal;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Index.Dispose();
        Hasher.Dispose();
    }
}
