namespace Parley.Dialects.Streaming;

/// <summary>
/// Watches one plain (not streamed) JSON answer as it passes, in chunks of any size, and gathers what the ledger needs without
/// keeping the answer. One instance per attempt; not thread-safe.
/// </summary>
public abstract class ReplyTap
{
    /// <summary>What was learned so far.</summary>
    public ReplyObservation Reply { get; } = new();

    /// <summary>True when the body looks like a JSON object so far (it opened with a brace).</summary>
    public abstract bool IsJson { get; }

    /// <summary>True once the JSON document has ended.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>True when the answer is an error in spite of its 200: a top-level <c>error</c> that is not null.</summary>
    public bool IsError => Reply.HasError;

    /// <summary>Looks at the next bytes of the body.</summary>
    public abstract void Observe(ReadOnlySpan<byte> chunk);

    /// <summary>Says that the body has ended.</summary>
    public abstract void Complete();
}
