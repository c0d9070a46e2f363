using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/audio/transcriptions and /translations: the "words" are the name of the file and its length.</summary>
internal static class TranscriptionOperation
{
    private const double Seconds = 1.5;

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        var file = call.Body.Find("file")!.Value;
        var text = string.Create(CultureInfo.InvariantCulture, $"{call.Options.AnswerPrefix}{file.FindString("filename")} {file.FindInt("length")}");
        // Whisper ignores it, as the reference says.
        if (MediaRules.IsTrue(call.Body, "stream") && !IsWhisper(call))
            return SimulatedReply.Stream(Events(call, text));
        return call.Body.FindString("response_format") switch
        {
            "text" => Text(text + "\n"),
            "srt" => Text($"1\n00:00:00,000 --> 00:00:01,500\n{text}\n\n\n"),
            "vtt" => Text($"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n{text}\n\n"),
            "verbose_json" => new SimulatedReply { Body = Json.Write((call, text), WriteVerbose) },
            _ => new SimulatedReply { Body = Json.Write((call, text), WritePlain) },
        };
    }

    private static SimulatedReply Text(string text) => new() { ContentType = "text/plain; charset=utf-8", Body = Encoding.UTF8.GetBytes(text) };

    private static bool IsWhisper(SimulatedCall call) => call.Model == "whisper-1";

    private static Refusal? Check(SimulatedCall call)
    {
        var isTranslation = call.Operation == Operation.Translate;
        var noModel = isTranslation ? MediaRules.Model(call, "whisper-1") : MediaRules.Model(call, "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe");
        if ((noModel ?? MediaRules.File(call.Body, "file")) is { } refusal)
            return refusal;
        if (IsWhisper(call) || ModelTraits.IsUniversal(call.Model!))
            return MediaRules.OneOf(call.Body, "response_format", "json", "text", "srt", "verbose_json", "vtt");
        return call.Body.FindString("response_format") is { } format and not ("json" or "text")
            ? new Refusal(400, $"response_format '{format}' is not compatible with model '{call.Model}'. Use 'json' or 'text' instead.",
                Param: "response_format", Code: "unsupported_value")
            : null;
    }

    private static void WritePlain(Utf8JsonWriter writer, (SimulatedCall Call, string Text) state)
    {
        writer.WriteStartObject();
        writer.WriteString("text", state.Text);
        WriteUsage(writer, state.Call, state.Text);
        writer.WriteEndObject();
    }

    private static void WriteVerbose(Utf8JsonWriter writer, (SimulatedCall Call, string Text) state)
    {
        writer.WriteStartObject();
        writer.WriteString("task", state.Call.Operation == Operation.Translate ? "translate" : "transcribe");
        writer.WriteString("language", "english");
        writer.WriteNumber("duration", Seconds);
        writer.WriteString("text", state.Text);
        writer.WriteStartArray("segments");
        writer.WriteStartObject();
        writer.WriteNumber("id", 0);
        writer.WriteNumber("seek", 0);
        writer.WriteNumber("start", 0.0);
        writer.WriteNumber("end", Seconds);
        writer.WriteString("text", state.Text);
        writer.WriteStartArray("tokens");
        writer.WriteEndArray();
        writer.WriteNumber("temperature", 0.0);
        writer.WriteNumber("avg_logprob", -0.25);
        writer.WriteNumber("compression_ratio", 1.0);
        writer.WriteNumber("no_speech_prob", 0.01);
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteUsage(writer, state.Call, state.Text);
        writer.WriteEndObject();
    }

    private static IEnumerable<StreamEvent> Events(SimulatedCall call, string text)
    {
        foreach (var piece in Tokens.Split(text))
        {
            yield return new StreamEvent(null, Json.Write(piece, static (writer, delta) =>
            {
                writer.WriteStartObject();
                writer.WriteString("type", "transcript.text.delta");
                writer.WriteString("delta", delta);
                writer.WriteEndObject();
            }));
        }
        yield return new StreamEvent(null, Json.Write((call, text), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "transcript.text.done");
            writer.WriteString("text", state.text);
            WriteUsage(writer, state.call, state.text);
            writer.WriteEndObject();
        }));
    }

    // Whisper is paid by the second, the newer ones by the token; a translation tells nothing.
    private static void WriteUsage(Utf8JsonWriter writer, SimulatedCall call, string text)
    {
        if (call.Fault.Name == "no-usage" || call.Operation == Operation.Translate)
            return;
        writer.WriteStartObject("usage");
        if (IsWhisper(call))
        {
            writer.WriteString("type", "duration");
            writer.WriteNumber("seconds", 2);
        }
        else
        {
            var output = Tokens.Count(text);
            writer.WriteString("type", "tokens");
            writer.WriteNumber("input_tokens", 14);
            writer.WriteStartObject("input_token_details");
            writer.WriteNumber("text_tokens", 0);
            writer.WriteNumber("audio_tokens", 14);
            writer.WriteEndObject();
            writer.WriteNumber("output_tokens", output);
            writer.WriteNumber("total_tokens", 14 + output);
        }
        writer.WriteEndObject();
    }
}
