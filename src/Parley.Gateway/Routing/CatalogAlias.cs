using Parley.Gateway.Access;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Routing;

/// <summary>An alias, compiled: a name that leads to one model or to several that share its traffic.</summary>
/// <param name="Name">What a client asks for.</param>
/// <param name="Sides">Where it leads, in the order of the configuration; never empty.</param>
/// <param name="Stable">What keeps a caller on one side.</param>
/// <param name="StableHeader">The header of <see cref="AliasStability.Header"/>.</param>
internal sealed record CatalogAlias(string Name, IReadOnlyList<AliasSide> Sides, AliasStability Stable, string? StableHeader)
{
    /// <summary>The first side that the key may use; null when it may use none.</summary>
    internal CatalogModel? FirstFor(Caller caller, string asked)
    {
        for (var index = 0; index < Sides.Count; index++)
        {
            if (Sides[index].Model.IsGrantedTo(caller, asked)) return Sides[index].Model;
        }

        return null;
    }
}
