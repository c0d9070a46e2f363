using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The answer: thoughts where they were asked for, text or calls, the signature on the last of them. Plain it is one response; streamed one response
/// per piece, of which the last has the finish reason and (after text) an empty text with the signature, as recorded.
/// </summary>
internal sealed class GeminiDocument(SimulatedCall call, Prompt prompt, IReadOnlyList<Answer> answers)
{
    private const string BlockedWord = "simulate:blocked";
    private const string FinishWord = "simulate:finish=";

    private readonly GeminiTraits traits = GeminiTraits.Of(call.Model!);
    private readonly bool blocked = prompt.LastUserText.Contains(BlockedWord, StringComparison.Ordinal);
    private readonly bool showsThoughts = call.Body.Member("generationConfig")?.Member("thinkingConfig")?.Member("includeThoughts")?.ValueKind == JsonValueKind.True;

    public static GeminiDocument Of(SimulatedCall call)
    {
        var prompt = GeminiPrompt.Read(call);
        var candidates = Math.Clamp(call.Body.Member("generationConfig")?.MemberInt("candidateCount") ?? 1, 1, 8);
        return new GeminiDocument(call, prompt, [.. Enumerable.Range(0, candidates).Select(choice => AnswerComposer.Compose(call, prompt, choice))]);
    }

    public byte[] ToJson() => Response(blocked ? null : writer =>
    {
        for (var index = 0; index < answers.Count; index++)
        {
            var answer = answers[index];
            WriteCandidate(writer, index, [.. Thoughts(answer), .. Whole(answer)], Finish(answer), answer.ToolCalls.Count > 0);
        }
    }, answers[0].Usage.Output - answers[0].Usage.Reasoning);

    public IEnumerable<StreamEvent> Events()
    {
        if (blocked)
        {
            yield return new StreamEvent(null, Response(null, 0));
            yield break;
        }
        for (var index = 0; index < answers.Count; index++)
        {
            var (at, answer, spoken) = (index, answers[index], 0);
            foreach (var thought in Thoughts(answer))
                yield return Chunk(at, [thought], null, spoken);
            foreach (var piece in answer.Pieces)
                yield return Chunk(at, [Text(piece, null)], null, ++spoken);
            foreach (var part in Calls(answer))
                yield return Chunk(at, [part], null, answer.Usage.Output - answer.Usage.Reasoning);
            var last = Text("", answer.ToolCalls.Count == 0 && answer.Thinking is not null ? Signature() : null);
            yield return Chunk(at, [last], Finish(answer), answer.Usage.Output - answer.Usage.Reasoning);
        }
        if (call.Fault.Name == "annotations-after-finish")
            yield return new StreamEvent(null, Response(static _ => { }, answers[0].Usage.Output - answers[0].Usage.Reasoning));
    }

    public static void WriteModality(Utf8JsonWriter writer, string name, int tokens)
    {
        writer.WriteStartArray(name);
        writer.WriteStartObject();
        writer.WriteString("modality", "TEXT");
        writer.WriteNumber("tokenCount", tokens);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private StreamEvent Chunk(int index, Action<Utf8JsonWriter>[] parts, string? finish, int spoken) =>
        new(null, Response(writer => WriteCandidate(writer, index, parts, finish, explains: false), spoken));

    private string Finish(Answer answer)
    {
        var at = prompt.LastUserText.IndexOf(FinishWord, StringComparison.Ordinal);
        if (at < 0)
            return answer.Truncated ? "MAX_TOKENS" : "STOP";
        return new string([.. prompt.LastUserText.Skip(at + FinishWord.Length).TakeWhile(c => char.IsAsciiLetterUpper(c) || c == '_')]);
    }

    private IEnumerable<Action<Utf8JsonWriter>> Thoughts(Answer answer) => answer.Thinking is { } thought && showsThoughts
        ? [writer =>
        {
            writer.WriteString("text", thought);
            writer.WriteBoolean("thought", true);
        }]
        : [];

    private IEnumerable<Action<Utf8JsonWriter>> Whole(Answer answer) => answer.ToolCalls.Count > 0
        ? Calls(answer)
        : [Text(answer.Text, answer.Thinking is null ? null : Signature())];

    // Of calls made at once the first is signed.
    private IEnumerable<Action<Utf8JsonWriter>> Calls(Answer answer) => answer.ToolCalls.Select((tool, index) => (Action<Utf8JsonWriter>)(writer =>
    {
        writer.WriteStartObject("functionCall");
        if (traits.SignsCalls)
            writer.WriteString("id", tool.Id["call_".Length..][..8]);
        writer.WriteString("name", tool.Name);
        writer.WritePropertyName("args");
        writer.WriteRawValue(tool.Arguments);
        writer.WriteEndObject();
        if (index == 0 && answer.Thinking is not null)
            writer.WriteString("thoughtSignature", Signature());
    }));

    private static Action<Utf8JsonWriter> Text(string text, string? signature) => writer =>
    {
        writer.WriteString("text", text);
        if (signature is not null)
            writer.WriteString("thoughtSignature", signature);
    };

    private string Signature() => ReasoningSeal.Sign(call, "gemini", "");

    private static void WriteCandidate(Utf8JsonWriter writer, int index, Action<Utf8JsonWriter>[] parts, string? finish, bool explains)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        // An answer the filter took has no parts.
        if (finish is null or "STOP" or "MAX_TOKENS")
        {
            writer.WriteStartArray("parts");
            foreach (var part in parts)
            {
                writer.WriteStartObject();
                part(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteString("role", "model");
        writer.WriteEndObject();
        if (finish is not null)
            writer.WriteString("finishReason", finish);
        writer.WriteNumber("index", index);
        if (explains && finish == "STOP")
            writer.WriteString("finishMessage", "Model generated function call(s).");
        writer.WriteEndObject();
    }

    private byte[] Response(Action<Utf8JsonWriter>? writeCandidates, int spoken) => Json.Write((this, writeCandidates, spoken), static (writer, state) =>
    {
        var (document, writeCandidates, spoken) = state;
        writer.WriteStartObject();
        if (writeCandidates is null)
        {
            writer.WriteStartObject("promptFeedback");
            writer.WriteString("blockReason", "PROHIBITED_CONTENT");
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartArray("candidates");
            writeCandidates(writer);
            writer.WriteEndArray();
        }
        document.WriteUsage(writer, spoken, writeCandidates is null);
        writer.WriteString("modelVersion", document.ModelName);
        writer.WriteString("responseId", document.ResponseId);
        writer.WriteEndObject();
    });

    private string ModelName => call.Model!;

    private string ResponseId => call.Id("", 23);

    private void WriteUsage(Utf8JsonWriter writer, int spoken, bool isBlocked)
    {
        if (call.Fault.Name == "no-usage")
            return;
        var usage = answers[0].Usage;
        var others = answers.Skip(1).Sum(answer => answer.Usage.Output - answer.Usage.Reasoning);
        var thought = isBlocked ? 0 : usage.Reasoning;
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("promptTokenCount", usage.Input);
        if (!isBlocked)
            writer.WriteNumber("candidatesTokenCount", spoken + others);
        writer.WriteNumber("totalTokenCount", usage.Input + (isBlocked ? 0 : spoken + others) + thought);
        if (usage.Cached > 0)
            writer.WriteNumber("cachedContentTokenCount", usage.Cached);
        WriteModality(writer, "promptTokensDetails", usage.Input);
        if (thought > 0)
            writer.WriteNumber("thoughtsTokenCount", thought);
        writer.WriteEndObject();
    }
}
