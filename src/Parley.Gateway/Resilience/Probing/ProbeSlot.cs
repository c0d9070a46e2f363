using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>One probe that is made again and again: of a provider's list, told to all its targets, or of one target; with one credential.</summary>
/// <param name="provider">The provider.</param>
/// <param name="credential">Which of its credentials.</param>
/// <param name="targets">Whom the result is told to; never empty.</param>
/// <param name="isCall">True for a call of the (only) target's model.</param>
/// <param name="config">How often and how long.</param>
internal sealed class ProbeSlot(Provider provider, int credential, IReadOnlyList<RouteTarget> targets, bool isCall, ProbeConfig config)
{
    private volatile bool _isRunning;

    internal Provider Provider => provider;

    internal int Credential => credential;

    internal IReadOnlyList<RouteTarget> Targets => targets;

    internal bool IsCall => isCall;

    internal ProbeConfig Config => config;

    /// <summary>What stays the same over reloads: the live state of the target, or of the provider.</summary>
    internal (object State, int Credential) Key => (isCall ? targets[0].State : provider.Targets, credential);

    /// <summary>Timestamp of the next regular probe.</summary>
    internal long Due { get; set; }

    /// <summary>Timestamp before which it is not made again, whatever its targets wait for.</summary>
    internal long NotBefore { get; set; }

    /// <summary>The status of the last refusal that was logged; zero when it is not refused.</summary>
    internal int ToldRefusal { get; set; }

    internal bool IsRunning
    {
        get => _isRunning;
        set => _isRunning = value;
    }

    /// <summary>The breaker of one of its targets.</summary>
    internal Breaker BreakerOf(RouteTarget target) => target.State.Breakers[credential % target.State.Breakers.Length];

    /// <summary>
    /// True unless what keeps this target out is beyond the probe: that a list of models can be read says nothing of a model that fails (5xx) or is
    /// limited (429). Such a breaker is left alone, so that the probe does not take the place of the call that finds out.
    /// </summary>
    internal bool CanMend(Breaker breaker) => isCall || breaker.ReasonToMend is not { } reason || OpeningReasons.IsMendedByList(reason);

    /// <summary>True when the open time of a target is over and the probe may find out.</summary>
    internal bool AwaitsProof(long now)
    {
        foreach (var target in targets)
        {
            if (BreakerOf(target) is var breaker && breaker.AwaitsProof(now) && CanMend(breaker)) return true;
        }

        return false;
    }

    /// <summary>True when it is to be made now: its turn has come, or the open time of a target is over and it finds out before a caller has to.</summary>
    internal bool IsDue(long now)
    {
        if (_isRunning || now < NotBefore) return false;
        if (AwaitsProof(now)) return true;
        if (now < Due) return false;
        foreach (var target in targets)
        {
            // While all are out nothing is asked: the provider has said when to come back.
            if (BreakerOf(target) is var breaker && breaker.IsAvailable(now) && CanMend(breaker)) return true;
        }

        return false;
    }

    /// <summary>The next timestamp at which it may become due.</summary>
    internal long NextLook(long now)
    {
        var next = Due > now ? Due : long.MaxValue;
        foreach (var target in targets)
        {
            if (BreakerOf(target).OpenUntil(now) is not 0 and var until && until < next) next = until;
        }

        return next > NotBefore ? next : NotBefore;
    }
}
