
namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// The same target for the same <see cref="PickContext.PromptKey"/>, where the prompt's beginning is in the provider's cache: weighted rendezvous
/// hashing. A target that is out gives up its own prompts, spread over the others by weight, and takes them back afterwards, while all other
/// prompts stay where their cache is.
/// </summary>
/// <param name="others">Picks for requests that have no prompt.</param>
internal sealed class PromptCachePicker(TargetPicker others) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context) =>
        context.PromptKey == 0 ? others.Pick(members, candidates, in context) : RendezvousPicker.Pick(members, candidates, context.PromptKey);
}
