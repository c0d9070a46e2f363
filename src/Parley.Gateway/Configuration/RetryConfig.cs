namespace Parley.Gateway.Configuration;

/// <summary>What is tried after a failed call, before the first byte of an answer has been sent (<c>retry</c> of a model).</summary>
public sealed record RetryConfig
{
    /// <summary><c>attempts</c>: calls for one request in all, whichever targets they go to.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary><c>sameTarget</c>: further calls to a target that failed, once no other one is left; none by default.</summary>
    public int SameTarget { get; init; }

    /// <summary><c>backoffMilliseconds</c>: the wait before the first of them, doubled each time, with jitter.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary><c>mostBackoffSeconds</c>: the longest such wait.</summary>
    public TimeSpan MostBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The repetitions' deadline where none is written.</summary>
    public static readonly TimeSpan RepetitionDeadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>deadlineSeconds</c>: after this no further call is begun, to whichever target. Null bounds repetitions alone, by
    /// <see cref="RepetitionDeadline"/>: a target that hangs for minutes must not keep the next one from answering.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary><c>statuses</c>: refusals of the request (such as 400 or 422) after which the next target is tried all the same.</summary>
    public IReadOnlyList<StatusRange> Statuses { get; init; } = [];

    /// <summary><c>contentFilter</c>: whether the next target is tried after a provider's filter refused the prompt.</summary>
    public bool OnContentFilter { get; init; }

    /// <summary><c>contextLengthModel</c>: the model that answers what is too long for this one; null means nobody.</summary>
    public string? ContextLengthModel { get; init; }
}
