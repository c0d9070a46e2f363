using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/completions: a continuation of each prompt, plain and streamed.</summary>
internal static class CompletionsOperation
{
    private const string Instruct = "gpt-3.5-turbo-instruct";

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        var prompts = Prompts(call.Body.Find("prompt"));
        var each = call.Body.FindInt("n") ?? 1;
        var answers = prompts.SelectMany(prompt => Enumerable.Range(0, each).Select(choice => AnswerComposer.Compose(call, PromptOf(call, prompt), choice))).ToArray();
        return call.Body.FindBool("stream") is true
            ? SimulatedReply.Stream(Events(call, answers))
            : new SimulatedReply { Body = Plain(call, answers) };
    }

    private static Refusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (CommonRules.Model(call) is { } noModel)
            return noModel;
        if (call.Model != Instruct && !ModelTraits.IsUniversal(call.Model!))
        {
            return call.Vendor == Vendor.Azure
                ? new Refusal(400, "The completion operation does not work with the specified model, please choose different model and try again.",
                    Type: null, Code: "OperationNotSupported", Bare: true)
                : new Refusal(404, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?", Param: "model");
        }
        if (body.Find("prompt") is { ValueKind: not (JsonValueKind.String or JsonValueKind.Array) } odd)
            return CommonRules.WrongType("prompt", "one of a string or array of strings", odd);
        if (body.Find("messages") is not null)
            return new Refusal(400, "Unrecognized request argument supplied: messages");
        return CommonRules.Types(body, ("temperature", "a decimal"), ("top_p", "a decimal"), ("n", "an integer"), ("stream", "a boolean"),
                   ("max_tokens", "an integer"), ("stop", "one of a string or array of strings"), ("stream_options", "an object"), ("echo", "a boolean"))
               ?? CommonRules.DecimalIn(body, "temperature", 0, 2) ?? CommonRules.DecimalIn(body, "top_p", 0, 1) ?? CommonRules.AtLeast(body, "n", 1)
               ?? CommonRules.AtLeast(body, "max_tokens", 0)
               ?? (body.Find("stream_options") is not null && body.FindBool("stream") is not true
                   ? new Refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", Param: "stream_options")
                   : null);
    }

    // A string, an array of strings, an array of token numbers, or an array of such arrays.
    private static List<string> Prompts(JsonElement? prompt)
    {
        if (prompt is not { ValueKind: JsonValueKind.Array } list)
            return [prompt is { ValueKind: JsonValueKind.String } one ? one.GetString()! : ""];
        var items = list.EnumerateArray().ToArray();
        return items.Length == 0 || items[0].ValueKind == JsonValueKind.Number
            ? [$"{items.Length} tokens"]
            : [.. items.Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : $"{item.GetArrayLength()} tokens")];
    }

    private static Prompt PromptOf(SimulatedCall call, string text) => new()
    {
        Model = call.Model!,
        LastUserText = text,
        InputTokens = Tokens.Count(text),
        MaxTokens = call.Body.FindInt("max_tokens"),
        Stop = call.Body.Find("stop") is { ValueKind: JsonValueKind.String } one ? [one.GetString()!] : [.. call.Body.FindArray("stop").Select(s => s.GetString() ?? "")],
        Reasons = false,
    };

    private static byte[] Plain(SimulatedCall call, Answer[] answers) => Json.Write((call, answers), static (writer, state) =>
    {
        Begin(writer, state.call);
        writer.WriteStartArray("choices");
        for (var index = 0; index < state.answers.Length; index++)
            WriteChoice(writer, state.answers[index].Text, index, ChatWriting.FinishReason(state.answers[index]));
        writer.WriteEndArray();
        if (state.call.Fault.Name != "no-usage")
            WriteUsage(writer, state.answers);
        writer.WriteEndObject();
    });

    private static IEnumerable<StreamEvent> Events(SimulatedCall call, Answer[] answers)
    {
        for (var index = 0; index < answers.Length; index++)
        {
            foreach (var piece in answers[index].Pieces)
                yield return Chunk(call, index, piece, null);
            yield return Chunk(call, index, "", ChatWriting.FinishReason(answers[index]));
        }
        if (call.Body.Find("stream_options")?.FindBool("include_usage") is true && call.Fault.Name != "no-usage")
        {
            yield return new StreamEvent(null, Json.Write((call, answers), static (writer, state) =>
            {
                Begin(writer, state.call);
                writer.WriteStartArray("choices");
                writer.WriteEndArray();
                WriteUsage(writer, state.answers);
                writer.WriteEndObject();
            }));
        }
        yield return StreamEvent.Done;
    }

    private static StreamEvent Chunk(SimulatedCall call, int index, string text, string? reason) =>
        new(null, Json.Write((call, index, text, reason), static (writer, state) =>
        {
            Begin(writer, state.call);
            writer.WriteStartArray("choices");
            WriteChoice(writer, state.text, state.index, state.reason);
            writer.WriteEndArray();
            if (state.call.Body.Find("stream_options")?.FindBool("include_usage") is true)
                writer.WriteNull("usage");
            writer.WriteEndObject();
        }));

    private static void Begin(Utf8JsonWriter writer, SimulatedCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", call.Id("cmpl-", 29));
        writer.WriteString("object", "text_completion");
        writer.WriteNumber("created", call.Created);
        writer.WriteString("model", ModelTraits.AnsweredAs(call.Model!));
    }

    private static void WriteChoice(Utf8JsonWriter writer, string text, int index, string? reason)
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteNumber("index", index);
        writer.WriteNull("logprobs");
        writer.WriteString("finish_reason", reason);
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, Answer[] answers)
    {
        var (input, output) = (answers.Sum(answer => answer.Usage.Input), answers.Sum(answer => answer.Usage.Output));
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", input);
        writer.WriteNumber("completion_tokens", output);
        writer.WriteNumber("total_tokens", input + output);
        writer.WriteEndObject();
    }
}
