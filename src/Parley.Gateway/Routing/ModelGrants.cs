using Parley.Gateway.Access;

namespace Parley.Gateway.Routing;

/// <summary>
/// Which names a key's grants reach. Asked before anything is made for a name that a caller chose: what a refused name left behind would take
/// the place of what is in use.
/// </summary>
internal static class ModelGrants
{
    /// <summary>A name addressed through a provider (<c>azure/x</c>): the provider as a whole, or the name by itself.</summary>
    internal static bool OfAddressed(Caller caller, string provider, string name) =>
        caller.MayUseProvider(provider) || (caller.Models is not null && caller.MayUseModel(name, name));

    /// <summary>
    /// A name that a pattern matched: the model, the pattern, the name; or the provider that the name is addressed to and the model leads to, for
    /// an entry of the catalogue takes no grant away.
    /// </summary>
    internal static bool OfPattern(Caller caller, string modelId, string pattern, string? provider, string asked) =>
        caller.MayUseModel(modelId, asked) || caller.MayUseModel(modelId, pattern) || (provider is not null && caller.MayUseProvider(provider));
}
