using Parley.Gateway.Configuration;

namespace Parley.Gateway.Access;

/// <summary>What has to happen before the first request: the keys are read, and when nobody could manage Parley, an admin key is made.</summary>
internal sealed class FirstStart(KeyIndex index, KeyService keys)
{
    /// <summary>
    /// Returns the new admin key, to be printed once, or null when there is an admin key already. The fixed keys have to be set before.
    /// </summary>
    public async Task<Secret?> RunAsync(CancellationToken cancellationToken)
    {
        await index.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var outcome = await keys.CreateFirstAdminAsync(cancellationToken).ConfigureAwait(false);
        return outcome.Clear;
    }
}
