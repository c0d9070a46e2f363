using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/audio/speech: silence, a little for each word, in the formats that need no codec.</summary>
internal static class SpeechOperation
{
    private const int LongestInput = 4096;

    private static readonly string[] Voices = ["alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse"];

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        var words = Math.Max(1, Tokens.Count(call.Body.FindString("input")!));
        if (call.Body.FindString("stream_format") == "sse")
            return SimulatedReply.Stream(Events(call, words));
        return call.Body.FindString("response_format") switch
        {
            "wav" => new SimulatedReply { ContentType = "audio/wav", Body = Silence.Wav(words) },
            "pcm" => new SimulatedReply { ContentType = "audio/pcm", Body = Silence.Pcm(words) },
            _ => new SimulatedReply { ContentType = "audio/mpeg", Body = Silence.Mp3(words) },
        };
    }

    private static Refusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (MediaRules.Model(call, "tts-1", "tts-1-hd", "gpt-4o-mini-tts") is { } noModel)
            return noModel;
        if ((MediaRules.Text(body, "input") ?? (body.Find("voice") is null ? CommonRules.Missing("voice") : null)) is { } missing)
            return missing;
        if (body.FindString("input")!.Length > LongestInput)
        {
            return new Refusal(400, $"Invalid 'input': string too long. Expected a string with maximum length {LongestInput}, but got a string with length "
                + $"{body.FindString("input")!.Length} instead.", Param: "input", Code: "string_above_max_length");
        }
        return MediaRules.OneOf(body, "voice", Voices) ?? MediaRules.OneOf(body, "response_format", "mp3", "wav", "pcm") ?? MediaRules.OneOf(body, "stream_format", "audio", "sse")
            ?? CommonRules.DecimalIn(body, "speed", 0.25, 4)
            ?? (body.FindString("stream_format") == "sse" && call.Model!.StartsWith("tts-1", StringComparison.Ordinal)
                ? new Refusal(400, "Invalid value: 'sse'. This model does not support streaming as server-sent events.", Param: "stream_format", Code: "invalid_value")
                : null);
    }

    private static IEnumerable<StreamEvent> Events(SimulatedCall call, int words)
    {
        for (var word = 0; word < words; word++)
        {
            yield return new StreamEvent(null, Json.Write(0, static (writer, _) =>
            {
                writer.WriteStartObject();
                writer.WriteString("type", "speech.audio.delta");
                writer.WriteBase64String("audio", Silence.Mp3(1));
                writer.WriteEndObject();
            }));
        }
        yield return new StreamEvent(null, Json.Write((call, words), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "speech.audio.done");
            if (state.call.Fault.Name != "no-usage")
                WriteUsage(writer, state.words, 2 * state.words);
            writer.WriteEndObject();
        }));
    }

    /// <summary>The usage object of the newer audio models.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, int input, int output)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", input);
        writer.WriteNumber("output_tokens", output);
        writer.WriteNumber("total_tokens", input + output);
        writer.WriteEndObject();
    }
}
