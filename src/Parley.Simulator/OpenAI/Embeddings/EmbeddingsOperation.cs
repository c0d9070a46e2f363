using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/embeddings.</summary>
internal static class EmbeddingsOperation
{
    private const int MostInputs = 2048;

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        var inputs = Inputs(call.Body.Find("input")!.Value);
        var dimensions = call.Body.FindInt("dimensions") ?? Dimensions(call.Model!);
        var base64 = call.Body.FindString("encoding_format") == "base64";
        return new SimulatedReply { Body = Json.Write((call, inputs, dimensions, base64), Write) };
    }

    private static void Write(Utf8JsonWriter writer, (SimulatedCall Call, List<EmbeddingInput> Inputs, int Dimensions, bool Base64) state)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var index = 0; index < state.Inputs.Count; index++)
        {
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", index);
            WriteVector(writer, UnitVector.Of(state.Inputs[index].Key, state.Dimensions), state.Base64);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("model", ModelTraits.AnsweredAs(state.Call.Model!));
        if (state.Call.Fault.Name != "no-usage")
        {
            var tokens = state.Inputs.Sum(input => input.Tokens);
            writer.WriteStartObject("usage");
            writer.WriteNumber("prompt_tokens", tokens);
            writer.WriteNumber("total_tokens", tokens);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteVector(Utf8JsonWriter writer, float[] vector, bool base64)
    {
        if (base64)
        {
            var bytes = new byte[vector.Length * sizeof(float)];
            for (var i = 0; i < vector.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
            writer.WriteBase64String("embedding", bytes);
            return;
        }
        writer.WriteStartArray("embedding");
        foreach (var component in vector)
            writer.WriteNumberValue(component);
        writer.WriteEndArray();
    }

    private static Refusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (CommonRules.Model(call) is { } noModel)
            return noModel;
        if (!ModelTraits.IsEmbedding(call.Model!) && !ModelTraits.IsUniversal(call.Model!))
        {
            return call.Vendor == Vendor.Azure
                ? new Refusal(400, "The embeddings operation does not work with the specified model. Please choose different model and try again.",
                    Type: null, Code: "OperationNotSupported", Bare: true)
                : new Refusal(403, "You are not allowed to generate embeddings from this model");
        }
        if (body.Find("input") is not { } input)
            return CommonRules.Missing("input");
        if (input.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
            return CommonRules.WrongType("input", "one of a string or array of strings", input);
        if (Inputs(input) is var inputs && (inputs.Count is 0 or > MostInputs || inputs.Any(i => i.Tokens == 0 && i.Key.Length == 0)))
            return new Refusal(400, "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.");
        if (CommonRules.Types(body, ("dimensions", "an integer"), ("encoding_format", "a string")) is { } wrong)
            return wrong;
        if (body.FindInt("dimensions") is { } dimensions)
        {
            // In the words of the schema checker that stands before embeddings, as recorded.
            if (dimensions < 1)
                return new Refusal(400, $"{dimensions} is less than the minimum of 1 - 'dimensions'");
            if (dimensions > Dimensions(call.Model!))
                return new Refusal(400, $"Invalid value for 'dimensions' = {dimensions}. Must be less than or equal to {Dimensions(call.Model!)}.");
        }
        return body.FindString("encoding_format") is { } format and not ("float" or "base64")
            ? new Refusal(400, $"'{format}' is not one of ['float', 'base64'] - 'encoding_format'")
            : null;
    }

    // A string, an array of strings, an array of token numbers (one input), or an array of such arrays.
    private static List<EmbeddingInput> Inputs(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
            return [OfText(input.GetString()!)];
        var items = input.EnumerateArray().ToArray();
        return items.Length > 0 && items[0].ValueKind == JsonValueKind.Number
            ? [OfTokens(input)]
            : [.. items.Select(item => item.ValueKind == JsonValueKind.Array ? OfTokens(item) : OfText(item.ValueKind == JsonValueKind.String ? item.GetString()! : ""))];
    }

    private static EmbeddingInput OfText(string text) => new(Encoding.UTF8.GetBytes(text), Tokens.Count(text));

    private static EmbeddingInput OfTokens(JsonElement tokens) => new(Encoding.UTF8.GetBytes(tokens.GetRawText()), tokens.GetArrayLength());

    private static int Dimensions(string model) => model == "text-embedding-3-large" ? 3072 : 1536;

    private sealed record EmbeddingInput(byte[] Key, int Tokens);
}
