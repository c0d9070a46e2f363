using Parley.Dialects.Conversations;

namespace Parley.Dialects.Streaming;

/// <summary>What a tap has learned about one answer so far. Filled while the answer passes; read it at the end.</summary>
public sealed class ReplyObservation
{
    /// <summary>The model that answered, as the provider names it; null when it does not say.</summary>
    public string? Model { get; internal set; }

    /// <summary>The provider's id of the answer.</summary>
    public string? Id { get; internal set; }

    /// <summary>The finish reason in the provider's own word (<c>stop</c>, <c>completed</c>); of the first choice that has one.</summary>
    public string? FinishReason { get; internal set; }

    /// <summary>True when the provider reported usage, be it zero.</summary>
    public bool HasUsage { get; internal set; }

    /// <summary>The reported tokens in disjoint buckets; all zero when <see cref="HasUsage"/> is false.</summary>
    public TokenUsage Usage { get; internal set; }

    /// <summary>The message of an error that the provider reported inside a 200.</summary>
    public string? ErrorMessage { get; internal set; }

    /// <summary>That error's code, or its type where it has no code.</summary>
    public string? ErrorCode { get; internal set; }

    /// <summary>The HTTP status that the error names for itself, where it does.</summary>
    public int? ErrorStatus { get; internal set; }

    /// <summary>True when the provider reported an error inside a 200, with or without words.</summary>
    public bool HasError { get; internal set; }

    /// <summary>True when something of an answer was seen.</summary>
    public bool HasContent { get; internal set; }

    /// <summary>Notes the usage of an answer that was read elsewhere (embeddings of several calls).</summary>
    public void Report(TokenUsage usage)
    {
        HasUsage = true;
        Usage = usage;
    }
}
