using System.Numerics;
using Parley.Dialects.Conversations;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Routing;

/// <summary>Where one request may go: the pool behind the model that was asked for, and what of it this request can use.</summary>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Callable">The members that can take this request at all: bit <c>i</c> is <c>Pool.Members[i]</c>. Never zero.</param>
internal sealed record RoutePlan(CatalogModel Model, ulong Callable)
{
    internal TargetPool Pool => Model.Pool;

    /// <summary>The alias that was asked for, when it has another side than <see cref="Model"/>; else null.</summary>
    internal CatalogAlias? Split { get; init; }

    /// <summary>True when <see cref="Model"/> stands in for the one that was asked for, because that one is too small.</summary>
    internal bool StandsIn { get; init; }

    /// <summary>
    /// True when what is made here may be referred to by a request that would go elsewhere: to another target or credential of the pool, to another
    /// side of the alias, to the larger model or back from it.
    /// </summary>
    internal bool HasSeveralMakers => Pool.HasSeveralMakers || Split is not null || StandsIn || Model.Retry.ContextLengthModel is not null;

    /// <summary>The member that affinity asks for; -1 for none.</summary>
    internal int Preferred { get; init; } = -1;

    /// <summary>True when only <see cref="Preferred"/> can answer: it holds what the request refers to.</summary>
    internal bool IsPinned { get; init; }

    /// <summary>The credential of <see cref="Preferred"/> that made what the request refers to; -1 for any.</summary>
    internal int PreferredCredential { get; init; } = -1;

    /// <summary>Hash of what the caller is kept on its target by (a header's value, its key); zero for no such affinity.</summary>
    internal ulong CallerKey { get; init; }

    /// <summary>The cookie that every answer sets; null for none.</summary>
    internal AffinityCookie? Cookie { get; init; }

    /// <summary>Hash of the request's beginning, for <c>pick: prompt-cache</c>; zero for other rules.</summary>
    internal ulong PromptKey { get; init; }

    /// <summary>What the request is given when it does not say it itself.</summary>
    internal DefaultSettings? Defaults { get; init; }

    /// <summary>The members to begin with.</summary>
    internal ulong Left => IsPinned ? 1UL << Preferred : Callable;

    /// <summary>The shortest wait until one of its members may be called; of a pinned plan, until the one that can answer may be.</summary>
    internal TimeSpan ShortestWait(long now) => IsPinned && PreferredCredential >= 0
        ? Pool.Members[Preferred].State.WaitOf(PreferredCredential, now)
        : Pool.ShortestWait(Left, now);

    /// <summary>One of those that can take the request, for labels and messages.</summary>
    internal RouteTarget Any => Pool.Members[BitOperations.TrailingZeroCount(Left)];
}
