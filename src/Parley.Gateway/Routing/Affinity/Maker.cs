namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Who made something: the account is the provider with one of its credentials, the target is the one it was made at. The credential is
/// known by its place in <c>apiKeys</c>, which a key that is renewed in place keeps, and which says nothing of the key.
/// </summary>
/// <param name="Provider">The provider's configured name.</param>
/// <param name="Target"><c>provider/upstream-model</c>.</param>
/// <param name="Credential">The credential's place.</param>
internal readonly record struct Maker(string Provider, string Target, int Credential)
{
    /// <summary>
    /// The member of a plan's pool that this maker is: the target itself, else another model of the same provider, which shares what is
    /// stored there; -1 when it is not in the pool any more, or cannot take the request.
    /// </summary>
    internal int PositionIn(TargetPool pool, ulong callable)
    {
        var sameProvider = -1;
        for (var position = 0; position < pool.Members.Count; position++)
        {
            if ((callable & (1UL << position)) == 0) continue;
            var member = pool.Members[position];
            if (member.Name == Target) return position;
            if (sameProvider < 0 && member.Provider.Name == Provider) sameProvider = position;
        }

        return sameProvider;
    }
}
