using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The parts that a chat answer and a chat chunk share.</summary>
internal static class ChatWriting
{
    public static string FinishReason(Answer answer) => answer.ToolCalls.Count > 0 ? "tool_calls" : answer.Truncated ? "length" : "stop";

    public static void WriteUsage(Utf8JsonWriter writer, IReadOnlyList<Answer> answers)
    {
        // The prompt is counted once, however many choices were asked for.
        var first = answers[0].Usage;
        var output = answers.Sum(answer => answer.Usage.Output);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", first.Input);
        writer.WriteNumber("completion_tokens", output);
        writer.WriteNumber("total_tokens", first.Input + output);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", first.Cached);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", answers.Sum(answer => answer.Usage.Reasoning));
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteNumber("accepted_prediction_tokens", 0);
        writer.WriteNumber("rejected_prediction_tokens", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Log probabilities where asked for: each piece is certain enough; its alternatives are itself.</summary>
    public static void WriteLogprobs(Utf8JsonWriter writer, SimulatedCall call, IEnumerable<string> pieces)
    {
        if (call.Body.FindBool("logprobs") is not true)
        {
            writer.WriteNull("logprobs");
            return;
        }
        var top = Math.Min(call.Body.FindInt("top_logprobs") ?? 0, 1);
        writer.WriteStartObject("logprobs");
        writer.WriteStartArray("content");
        foreach (var piece in pieces)
        {
            writer.WriteStartObject();
            WriteLogprob(writer, piece);
            writer.WriteStartArray("top_logprobs");
            for (var i = 0; i < top; i++)
            {
                writer.WriteStartObject();
                WriteLogprob(writer, piece);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNull("refusal");
        writer.WriteEndObject();
    }

    private static void WriteLogprob(Utf8JsonWriter writer, string piece)
    {
        writer.WriteString("token", piece);
        writer.WriteNumber("logprob", -0.125);
        writer.WriteStartArray("bytes");
        foreach (var one in Encoding.UTF8.GetBytes(piece))
            writer.WriteNumberValue(one);
        writer.WriteEndArray();
    }
}
