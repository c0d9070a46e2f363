namespace Parley.Gateway.Users;

/// <summary>Where users are kept. Names are compared exactly; each call is one step that happens whole or not at all.</summary>
/// <remarks>All of them throw <see cref="UserStoreException"/> when the store cannot be used.</remarks>
internal abstract class UserStore
{
    /// <summary>The user, or null. Takes any name, also one that no user can have.</summary>
    public abstract Task<StoredUser?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>Adds a user; false when there is one of that name. Of several at the same time exactly one succeeds.</summary>
    public abstract Task<bool> AddAsync(string name, string password, bool isAdmin, CancellationToken cancellation);

    /// <summary>Writes over a user that was found; false when it was changed or deleted since.</summary>
    public abstract Task<bool> ReplaceAsync(StoredUser found, string password, bool isAdmin, CancellationToken cancellation);

    /// <summary>Deletes a user; false when there is none.</summary>
    public abstract Task<bool> DeleteAsync(string name, CancellationToken cancellation);
}
