using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Users.Passwords;
using Parley.Gateway.Users.Throttling;

namespace Parley.Gateway.Users;

/// <summary>Creates, changes, deletes and validates users.</summary>
internal sealed partial class UserDirectory(
    UserStores stores, PasswordHasher hasher, PasswordHashing hashing, ValidationThrottle throttle, ILogger<UserDirectory> logger)
{
    // Each round is lost only because another change was made; that many in a row mean a defect or a flood.
    private const int MostRounds = 16;

    private readonly CreationsInFlight _creations = new();

    public async Task<UserOutcome> CreateAsync(string name, byte[] password, bool isAdmin, CancellationToken cancellation)
    {
        var store = stores.Current;
        using var creation = _creations.Enter(name);
        for (var round = 0; round < MostRounds; round++)
        {
            var before = creation.TimesMade;
            // Asked first, so that a name that is taken costs no hash; who decides is AddAsync.
            if (await store.FindAsync(name, cancellation).ConfigureAwait(false) is not null) return new UserOutcome(UserErrors.Exists(name));
            if (hashing.TryRun(() => creation.TimesMade == before ? hasher.Hash(password) : null, cancellation) is not { } hashed) return new UserOutcome(UserErrors.Busy);
            // Made by another call while this one waited, and perhaps deleted again: the store knows.
            if (await hashed.ConfigureAwait(false) is not { } hash) continue;
            if (!await store.AddAsync(name, hash, isAdmin, cancellation).ConfigureAwait(false)) return new UserOutcome(UserErrors.Exists(name));
            creation.NoteMade();
            return new UserOutcome(name, isAdmin);
        }

        return new UserOutcome(UserErrors.Contended);
    }

    /// <summary>Changes what is given and leaves the rest; at least one of the two is given.</summary>
    public async Task<UserOutcome> UpdateAsync(string name, byte[]? password, bool? isAdmin, CancellationToken cancellation)
    {
        var store = stores.Current;
        string? hash = null;
        for (var round = 0; round < MostRounds; round++)
        {
            if (await store.FindAsync(name, cancellation).ConfigureAwait(false) is not { } found) return new UserOutcome(UserErrors.NotFound(name));
            if (password is not null && hash is null)
            {
                if (hashing.TryRun(() => hasher.Hash(password), cancellation) is not { } hashed) return new UserOutcome(UserErrors.Busy);
                hash = await hashed.ConfigureAwait(false);
            }

            var becomesAdmin = isAdmin ?? found.IsAdmin;
            if (await store.ReplaceAsync(found, hash ?? found.Password, becomesAdmin, cancellation).ConfigureAwait(false)) return new UserOutcome(name, becomesAdmin);
        }

        return new UserOutcome(UserErrors.Contended);
    }

    public async Task<UserOutcome> DeleteAsync(string name, CancellationToken cancellation) =>
        await stores.Current.DeleteAsync(name, cancellation).ConfigureAwait(false) ? new UserOutcome(name, isAdmin: false) : new UserOutcome(UserErrors.NotFound(name));

    /// <summary>
    /// Whether this is the user's password. Every refusal reads the store once, hashes once and says the same: that there is no such user, that
    /// the password is another one, or none at all, cannot be told apart.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <param name="password">Null when what was sent cannot be a password.</param>
    /// <param name="address">Where the call comes from.</param>
    /// <param name="cancellation">The caller has left.</param>
    public async Task<UserOutcome> ValidateAsync(string name, byte[]? password, IPAddress? address, CancellationToken cancellation)
    {
        using var attempt = throttle.TryBegin(name, address, out var wait);
        if (attempt is null) return new UserOutcome(wait > TimeSpan.Zero ? UserErrors.Throttled(wait) : UserErrors.Busy);
        var store = stores.Current;
        var found = await store.FindAsync(name, cancellation).ConfigureAwait(false);
        if (hashing.TryRun(() => hasher.Check(password, found?.Password), cancellation) is not { } check) return new UserOutcome(UserErrors.Busy);
        // A caller that leaves before its turn ends here; one that leaves later has had its answer made, and what it guessed counts.
        var verdict = await check.ConfigureAwait(false);
        if (!verdict.Matches)
        {
            attempt.Fail();
            if (found is not null && IsUnreadable(found.Password)) LogUnreadable(logger, name);
            return new UserOutcome(UserErrors.InvalidCredentials);
        }

        if (verdict.Rehash is not null) await RehashAsync(store, found!, verdict.Rehash, cancellation).ConfigureAwait(false);
        return new UserOutcome(name, found!.IsAdmin);
    }

    private static bool IsUnreadable(string stored) => stored.StartsWith(PasswordHash.Mark) && !PasswordHash.TryParse(stored, out _);

    // The sign-in is right whatever becomes of this; what does not get done now is done at the next one.
    private async Task RehashAsync(UserStore store, StoredUser found, string hash, CancellationToken cancellation)
    {
        try
        {
            await store.ReplaceAsync(found, hash, found.IsAdmin, cancellation).ConfigureAwait(false);
        }
        catch (UserStoreException exception)
        {
            LogNotRehashed(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A user signed in with a password that is stored in an older form, and the new form could not be written; it is tried again at the next sign-in")]
    private static partial void LogNotRehashed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored password of user {Name} is in a form that this version of Parley does not know, so the user cannot sign in: set a new password, or start the version that wrote it")]
    private static partial void LogUnreadable(ILogger logger, string name);
}
