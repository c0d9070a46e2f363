using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/images/generations, /edits and /variations: one pixel, however large it was asked for; plain, or as a stream with partial images.</summary>
internal static class ImagesOperation
{
    private const int TextTokens = 4;
    private const int ImageTokens = 272; // what gpt-image-1 counts at low quality

    // A PNG of one black pixel.
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        return MediaRules.IsTrue(call.Body, "stream")
            ? SimulatedReply.Stream(Events(call))
            : new SimulatedReply { Body = Plain(call) };
    }

    private static bool IsGptImage(SimulatedCall call) => call.Model!.StartsWith("gpt-image", StringComparison.Ordinal) || ModelTraits.IsUniversal(call.Model!);

    private static Refusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        var noModel = call.Operation switch
        {
            Operation.GenerateImages => MediaRules.Model(call, "gpt-image-1", "dall-e-2", "dall-e-3"),
            Operation.EditImages => MediaRules.Model(call, "gpt-image-1", "dall-e-2"),
            _ => MediaRules.Model(call, "dall-e-2"),
        };
        if (noModel is not null)
            return noModel;
        // In JSON an edit names its images, in a form it holds them.
        var noImage = call.Operation switch
        {
            Operation.GenerateImages => null,
            Operation.EditImages when !call.IsForm => body.Find("images") is { ValueKind: JsonValueKind.Array } ? null : CommonRules.Missing("images"),
            _ => MediaRules.File(body, "image"),
        };
        if (noImage is not null)
            return noImage;
        if (call.Operation != Operation.VaryImages && MediaRules.Text(body, "prompt") is { } noPrompt)
            return noPrompt;
        if (MediaRules.Number(body, "n") is < 1 or > 10)
            return new Refusal(400, "Invalid 'n': integer out of range. Expected a value between 1 and 10.", Param: "n", Code: "integer_out_of_range");
        if (MediaRules.Number(body, "partial_images") is < 0 or > 3)
            return new Refusal(400, "Invalid 'partial_images': integer out of range. Expected a value between 0 and 3.", Param: "partial_images", Code: "integer_out_of_range");
        if (IsGptImage(call))
            return body.Find("response_format") is null ? null : new Refusal(400, "Unknown parameter: 'response_format'.", Param: "response_format", Code: "unknown_parameter");
        return body.Find("stream") is not null
            ? new Refusal(400, "Unknown parameter: 'stream'.", Param: "stream", Code: "unknown_parameter")
            : MediaRules.OneOf(body, "response_format", "url", "b64_json");
    }

    private static int CountOf(SimulatedCall call) => MediaRules.Number(call.Body, "n") ?? 1;

    private static byte[] Plain(SimulatedCall call) => Json.Write(call, static (writer, call) =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("created", call.Created);
        writer.WriteStartArray("data");
        for (var index = 0; index < CountOf(call); index++)
        {
            writer.WriteStartObject();
            if (IsGptImage(call) || call.Body.FindString("response_format") == "b64_json")
                writer.WriteString("b64_json", Pixel);
            else
                writer.WriteString("url", $"https://images.example/{call.Id("img-", 24, index)}.png");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (IsGptImage(call))
        {
            WriteSettings(writer);
            if (call.Fault.Name != "no-usage")
                WriteUsage(writer, CountOf(call));
        }
        writer.WriteEndObject();
    });

    private static IEnumerable<StreamEvent> Events(SimulatedCall call)
    {
        var prefix = call.Operation == Operation.GenerateImages ? "image_generation" : "image_edit";
        for (var index = 0; index < (MediaRules.Number(call.Body, "partial_images") ?? 0); index++)
            yield return Event(call, $"{prefix}.partial_image", index);
        for (var index = 0; index < CountOf(call); index++)
            yield return Event(call, $"{prefix}.completed", null);
    }

    private static StreamEvent Event(SimulatedCall call, string type, int? partial) => new(type, Json.Write((call, type, partial), static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", state.type);
        writer.WriteString("b64_json", Pixel);
        writer.WriteNumber("created_at", state.call.Created);
        WriteSettings(writer);
        if (state.partial is { } index)
            writer.WriteNumber("partial_image_index", index);
        else if (state.call.Fault.Name != "no-usage")
            WriteUsage(writer, 1);
        writer.WriteEndObject();
    }));

    private static void WriteSettings(Utf8JsonWriter writer)
    {
        writer.WriteString("background", "opaque");
        writer.WriteString("output_format", "png");
        writer.WriteString("quality", "low");
        writer.WriteString("size", "1024x1024");
    }

    private static void WriteUsage(Utf8JsonWriter writer, int images)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", TextTokens);
        writer.WriteStartObject("input_tokens_details");
        writer.WriteNumber("text_tokens", TextTokens);
        writer.WriteNumber("image_tokens", 0);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", ImageTokens * images);
        writer.WriteNumber("total_tokens", TextTokens + (ImageTokens * images));
        writer.WriteEndObject();
    }
}
