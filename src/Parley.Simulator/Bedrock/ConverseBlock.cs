using System.Text.Json;

namespace Parley.Simulator;

/// <summary>A content block of an answer: how it begins (calls alone do), what each delta says, and how it stands in a plain answer.</summary>
internal sealed record ConverseBlock(Action<Utf8JsonWriter>? Start, IReadOnlyList<Action<Utf8JsonWriter>> Deltas, Action<Utf8JsonWriter> Whole)
{
    private const int ArgumentPiece = 12;

    public static IReadOnlyList<ConverseBlock> Of(SimulatedCall call, Prompt prompt, Answer answer)
    {
        var blocks = new List<ConverseBlock>();
        if (answer.Thinking is { } thought)
        {
            var claude = BedrockTraits.Find(call.Model!)!.IsClaude;
            blocks.Add(claude && prompt.LastUserText.Contains("simulate:redacted_thinking", StringComparison.Ordinal)
                ? Redacted(ReasoningSeal.Sign(call, "claude-redacted", ""))
                : Reasoning(thought, claude ? ReasoningSeal.Sign(call, "claude", thought) : null));
        }
        if (answer.Pieces.Count > 0)
            blocks.Add(Text(answer.Pieces));
        blocks.AddRange(answer.ToolCalls.Select(ToolUse));
        return blocks;
    }

    public static ConverseBlock Text(IReadOnlyList<string> pieces) => new(null,
        [.. pieces.Select(piece => (Action<Utf8JsonWriter>)(writer => writer.WriteString("text", piece)))],
        writer => writer.WriteString("text", string.Concat(pieces)));

    private static ConverseBlock Reasoning(string text, string? signature) => new(null,
        [
            .. Tokens.Split(text).Select(piece => Inside("text", piece)),
            .. signature is null ? [] : (Action<Utf8JsonWriter>[])[Inside("signature", signature)],
        ],
        writer =>
        {
            writer.WriteStartObject("reasoningContent");
            writer.WriteStartObject("reasoningText");
            if (signature is not null)
                writer.WriteString("signature", signature);
            writer.WriteString("text", text);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private static ConverseBlock Redacted(string data) => new(null, [Inside("redactedContent", data)], Inside("redactedContent", data));

    private static ConverseBlock ToolUse(AnswerToolCall tool) => new(
        writer =>
        {
            writer.WriteStartObject("toolUse");
            writer.WriteString("name", tool.Name);
            writer.WriteString("toolUseId", tool.Id);
            writer.WriteEndObject();
        },
        [.. tool.Arguments.Chunk(ArgumentPiece).Select(piece => (Action<Utf8JsonWriter>)(writer =>
        {
            writer.WriteStartObject("toolUse");
            writer.WriteString("input", new string(piece));
            writer.WriteEndObject();
        }))],
        writer =>
        {
            writer.WriteStartObject("toolUse");
            writer.WritePropertyName("input");
            writer.WriteRawValue(tool.Arguments);
            writer.WriteString("name", tool.Name);
            writer.WriteString("toolUseId", tool.Id);
            writer.WriteEndObject();
        });

    private static Action<Utf8JsonWriter> Inside(string name, string value) => writer =>
    {
        writer.WriteStartObject("reasoningContent");
        writer.WriteString(name, value);
        writer.WriteEndObject();
    };
}
