namespace Parley.Simulator;

/// <summary>An answer before a dialect writes it: text in pieces, or tool calls.</summary>
internal sealed record Answer
{
    /// <summary>The text as it is streamed; empty when tools are called.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = [];

    public IReadOnlyList<AnswerToolCall> ToolCalls { get; init; } = [];

    /// <summary>The token limit ended it.</summary>
    public bool Truncated { get; init; }

    /// <summary>The stop sequence that ended it; null when none did.</summary>
    public string? StopSequence { get; init; }

    /// <summary>What the model says it thought; null when it did not think.</summary>
    public string? Thinking { get; init; }

    public required AnswerUsage Usage { get; init; }

    public string Text => string.Concat(Pieces);
}
