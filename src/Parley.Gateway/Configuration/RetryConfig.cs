namespace Parley.Gateway.Configuration;

/// <summary>What is tried after a failed call, before the first byte of an answer has been sent (<c>retry</c> of a model).</summary>
public sealed record RetryConfig
{
    /// <summary>Nothing written.</summary>
    public static RetryConfig Default { get; } = new();

    /// <summary>The highest <c>attempts</c>: as many as a pool has members.</summary>
    public const int MostAttempts = 64;

    /// <summary>
    /// <c>attempts</c>: calls for one request in all, whichever targets they go to. Null bounds nothing more: every target is tried once with each
    /// credential that may help, and the repetitions come on top.
    /// </summary>
    public int? Attempts { get; init; }

    /// <summary><c>sameTarget</c>: further calls to a target that failed, once no other one is left; none by default.</summary>
    public int SameTarget { get; init; }

    /// <summary><c>backoffMilliseconds</c>: the wait before the first of them, doubled each time, with jitter.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary><c>mostBackoffSeconds</c>: the longest such wait.</summary>
    public TimeSpan MostBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <c>deadlineSeconds</c>, from the start of the request: after this no target is called again. It does not keep another target from being tried: one that
    /// hangs for minutes must not keep the next one from answering.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>statuses</c>: refusals of the request (such as 400 or 422) after which the next target is tried all the same.</summary>
    public IReadOnlyList<StatusRange> Statuses { get; init; } = [];

    /// <summary><c>contentFilter</c>: whether the next target is tried after a provider's filter refused the prompt.</summary>
    public bool OnContentFilter { get; init; }

    /// <summary><c>contextLengthModel</c>: the model that answers what is too long for this one; null means nobody.</summary>
    public string? ContextLengthModel { get; init; }
}
