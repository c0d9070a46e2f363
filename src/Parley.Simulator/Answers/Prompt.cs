using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What an answer follows from, whichever dialect it was asked in.</summary>
internal sealed record Prompt
{
    public required string Model { get; init; }

    public required string LastUserText { get; init; }

    /// <summary>Tokens of everything in the request, images and earlier turns included.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Whether tool results follow the last user text: then the answer is text.</summary>
    public bool AfterToolResults { get; init; }

    public IReadOnlyList<PromptTool> Tools { get; init; } = [];

    /// <summary><c>auto</c>, <c>none</c>, <c>required</c>, or the name of the one tool to call.</summary>
    public string ToolChoice { get; init; } = "auto";

    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The text must be JSON; <see cref="Schema"/> says which, when there is one.</summary>
    public bool JsonText { get; init; }

    public JsonElement? Schema { get; init; }

    public int? MaxTokens { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];

    public string? ReasoningEffort { get; init; }

    /// <summary>Whether the answer is thought about first; null: as OpenAI's models do it, by name and effort.</summary>
    public bool? Reasons { get; init; }

    /// <summary>What the ids of tool calls begin with.</summary>
    public string ToolIdPrefix { get; init; } = "call_";
}
