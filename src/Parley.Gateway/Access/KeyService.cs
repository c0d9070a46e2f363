using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Access;

/// <summary>
/// Makes, changes and deletes keys, for the admin API and the command line alike. When a call returns, authentication in this process
/// knows the change; other processes see it within two seconds.
/// </summary>
internal sealed partial class KeyService(KeyStore store, KeyIndex index, KeyHasher hasher, TimeProvider time, ILogger<KeyService> logger)
{
    /// <summary>Every key, fixed ones first.</summary>
    public IReadOnlyList<KeyRecord> List() => index.All;

    /// <summary>One key, or null.</summary>
    public KeyRecord? Find(string id) => index.All.FirstOrDefault(key => key.Id == id);

    /// <summary>Makes a key. Only this outcome holds it in clear.</summary>
    public Task<KeyOutcome> CreateAsync(KeyDraft draft, KeyActor actor, CancellationToken cancellationToken)
    {
        if (KeyRules.Problem(draft) is { } problem) return Task.FromResult(new KeyOutcome(problem));
        if (draft.ExpiresAt <= time.GetUtcNow()) return Task.FromResult(new KeyOutcome(KeyError.Invalid("expiresAt", "expiresAt is in the past.")));
        if (KeyGrants.Refusal(actor, draft.Role, draft.Models, draft.Providers, draft.Tools, draft.Priority) is { } exceeds) return Task.FromResult(new KeyOutcome(exceeds));
        return InsertAsync(draft, actor, static _ => null, cancellationToken);
    }

    /// <summary>Makes the first admin key, named <c>admin</c>, unless there is an admin key that works; then the outcome is an error.</summary>
    public Task<KeyOutcome> CreateFirstAdminAsync(CancellationToken cancellationToken) => InsertAsync(
        new KeyDraft { Name = "admin", Role = KeyRole.Admin },
        KeyActor.Start,
        all => HasActiveAdmin(all) ? KeyError.Conflict("admin_exists", "There is an admin key already.") : null,
        cancellationToken);

    /// <summary>Changes a key of the database: <paramref name="edit"/> is given the key as it is and says what it should be.</summary>
    public Task<KeyOutcome> UpdateAsync(string id, Func<KeyDraft, (KeyDraft Draft, KeyError? Error)> edit, KeyActor actor, CancellationToken cancellationToken)
    {
        return Fixed(id) is { } error ? Task.FromResult(new KeyOutcome(error)) : RunAsync();

        async Task<KeyOutcome> RunAsync()
        {
            var outcome = await store.UpdateAsync(id, Change, cancellationToken).ConfigureAwait(false);
            if (outcome.Key is not { } key) return outcome;
            await RefreshAsync().ConfigureAwait(false);
            LogChanged(key.Id, key.Name, KeyRoleName.Of(key.Role), key.IsSuspended, key.ExpiresAt, actor.Id);
            return outcome;
        }

        KeyOutcome Change(KeyRecord key, IReadOnlyList<KeyRecord> all)
        {
            if (KeyGrants.Refusal(actor, key.Role, key.Models, key.Providers, key.Tools, key.Priority) is { } foreign) return new KeyOutcome(foreign);
            var (draft, wrong) = edit(KeyDraft.Of(key));
            wrong ??= KeyRules.Problem(draft) ?? KeyGrants.Refusal(actor, draft.Role, draft.Models, draft.Providers, draft.Tools, draft.Priority);
            if (wrong is null && draft.Name != key.Name) wrong = NameTaken(draft.Name!, all);
            if (wrong is not null) return new KeyOutcome(wrong);
            var changed = key with
            {
                Name = draft.Name!,
                Role = draft.Role,
                Models = draft.Models,
                Providers = draft.Providers,
                Tools = draft.Tools,
                Priority = draft.Priority,
                ExpiresAt = draft.ExpiresAt,
                IsSuspended = draft.IsSuspended,
            };
            return LastAdmin(key, changed, all) is { } last ? new KeyOutcome(last) : new KeyOutcome(changed);
        }
    }

    /// <summary>Deletes a key of the database.</summary>
    public async Task<KeyOutcome> DeleteAsync(string id, KeyActor actor, CancellationToken cancellationToken)
    {
        if (Fixed(id) is { } error) return new KeyOutcome(error);
        var outcome = await store.DeleteAsync(
            id,
            (key, all) => KeyGrants.Refusal(actor, key.Role, key.Models, key.Providers, key.Tools, key.Priority) ?? LastAdmin(key, null, all),
            cancellationToken).ConfigureAwait(false);
        if (outcome.Key is not { } key) return outcome;
        await RefreshAsync().ConfigureAwait(false);
        LogDeleted(key.Id, key.Name, KeyRoleName.Of(key.Role), actor.Id);
        return outcome;
    }

    private async Task<KeyOutcome> InsertAsync(
        KeyDraft draft,
        KeyActor actor,
        Func<IReadOnlyList<KeyRecord>, KeyError?> refuse,
        CancellationToken cancellationToken)
    {
        var clear = draft.Key ?? new Secret(KeyValue.Generate());
        if (!hasher.TryHash(clear.Reveal(), out var digest)) throw new ArgumentException("The key was not checked.", nameof(draft));
        var outcome = await store.InsertAsync(Make, cancellationToken).ConfigureAwait(false);
        if (outcome.Key is not { } key) return outcome;
        await RefreshAsync().ConfigureAwait(false);
        LogCreated(key.Id, key.Name, KeyRoleName.Of(key.Role), actor.Id);
        return new KeyOutcome(key) { Clear = clear };

        KeyOutcome Make(IReadOnlyList<KeyRecord> all)
        {
            var error = refuse(all)
                ?? (all.Count >= KeyStore.MaxKeys ? KeyError.Conflict("too_many_keys", $"There are {KeyStore.MaxKeys} keys already: delete some first.") : null)
                ?? (all.Concat(index.Fixed).Any(other => other.Digest.Equals(digest))
                    ? KeyError.Conflict("key_exists", "This key exists already. A key has one name and one role.", "key") : null);
            var name = draft.Name!;
            if (actor == KeyActor.Start) name = FreeName(name, all);
            error ??= NameTaken(name, all);
            if (error is not null) return new KeyOutcome(error);
            var now = time.GetUtcNow();
            return new KeyOutcome(new KeyRecord
            {
                Id = Ulid.New(now).ToString(),
                Name = name,
                Role = draft.Role,
                Models = draft.Models,
                Providers = draft.Providers,
                Tools = draft.Tools,
                Priority = draft.Priority,
                ExpiresAt = draft.ExpiresAt,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
                CreatedBy = actor.Id,
                LastFour = KeyValue.LastFour(clear.Reveal()),
                Digest = digest,
                PepperId = hasher.PepperId,
            });
        }
    }

    // The change is in the database: whatever happens to the caller, this process follows it. Should reading fail, the poller does it.
    private async Task RefreshAsync()
    {
        try
        {
            await index.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotRead(e);
        }
    }

    private bool HasActiveAdmin(IEnumerable<KeyRecord> stored)
    {
        var now = time.GetUtcNow();
        return stored.Concat(index.Fixed).Any(key => key.PepperId == hasher.PepperId && key.IsActiveAdmin(now));
    }

    private KeyError? LastAdmin(KeyRecord before, KeyRecord? after, IReadOnlyList<KeyRecord> all)
    {
        var now = time.GetUtcNow();
        if (before.PepperId != hasher.PepperId || !before.IsActiveAdmin(now) || after?.IsActiveAdmin(now) == true) return null;
        return HasActiveAdmin(all.Where(key => key.Id != before.Id))
            ? null
            : KeyError.Conflict("last_admin", "This is the last admin key that works: nobody could manage Parley any more. Make another one first.");
    }

    private KeyError? NameTaken(string name, IReadOnlyList<KeyRecord> all) => all.Concat(index.Fixed).Any(key => key.Name == name)
        ? KeyError.Conflict("name_exists", $"A key named '{name}' exists already.", "name")
        : null;

    private string FreeName(string name, IReadOnlyList<KeyRecord> all) =>
        Enumerable.Range(1, all.Count + index.Fixed.Count + 1).Select(n => n == 1 ? name : $"{name}-{n}").First(candidate => NameTaken(candidate, all) is null);

    private static KeyError? Fixed(string id) =>
        id == FixedKeys.EnvironmentId ? KeyError.Conflict("key_is_fixed", "This key is the variable PARLEY_ADMIN_KEY. Change it there and start again.")
        : id.StartsWith(FixedKeys.FilePrefix, StringComparison.Ordinal)
            ? KeyError.Conflict("key_is_fixed", "This key is in the configuration file, under \"keys\" (parley.json unless --config names another). Change it there.")
            : null;

    [LoggerMessage(1, LogLevel.Information, "Audit: key {KeyId} ({KeyName}, role {Role}) was created by {ActorId}")]
    private partial void LogCreated(string keyId, string keyName, string role, string actorId);

    [LoggerMessage(2, LogLevel.Information, "Audit: key {KeyId} ({KeyName}, role {Role}, suspended {IsSuspended}, expires {ExpiresAt}) was changed by {ActorId}")]
    private partial void LogChanged(string keyId, string keyName, string role, bool isSuspended, DateTimeOffset? expiresAt, string actorId);

    [LoggerMessage(3, LogLevel.Information, "Audit: key {KeyId} ({KeyName}, role {Role}) was deleted by {ActorId}")]
    private partial void LogDeleted(string keyId, string keyName, string role, string actorId);

    [LoggerMessage(4, LogLevel.Error, "A key was changed, but the keys could not be read again; the next poll will")]
    private partial void LogNotRead(Exception exception);
}
