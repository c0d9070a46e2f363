using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>A request in OpenAI's form (<c>POST /embeddings</c>), read. Its texts are slices of the caller's body.</summary>
public sealed class EmbeddingsRequest
{
    /// <summary>The most texts in one request: OpenAI's own limit for the array.</summary>
    private const int MostInputs = 2048;

    private EmbeddingsRequest()
    {
    }

    /// <summary>The model as the caller named it.</summary>
    public JsonString Model { get; private init; }

    /// <summary>The texts, at least one, in order.</summary>
    public IReadOnlyList<JsonString> Texts { get; private init; } = [];

    /// <summary>The length of the vectors; null when the request does not say.</summary>
    public long? Dimensions { get; private init; }

    /// <summary>True when vectors are wanted as base64 of little-endian 32-bit floats.</summary>
    public bool IsBase64 { get; private init; }

    /// <summary>All other members but the model: <c>user</c>, and what vendors' clients add (Cohere's <c>input_type</c>, Google's <c>task_type</c>).</summary>
    public IReadOnlyList<VendorField> Others { get; private init; } = [];

    /// <summary>Reads a body that is known to be valid JSON. Throws <see cref="DialectException"/>; tokens in place of text are refused, since only OpenAI's tokenizers know them.</summary>
    public static EmbeddingsRequest Read(JsonValue body)
    {
        Expect.Object(body, "body");
        JsonValue input = default, model = default, dimensions = default, format = default;
        List<VendorField>? others = null;
        foreach (var member in body.Members)
        {
            if (member.Is("input"u8)) input = member.Value;
            else if (member.Is("model"u8)) model = member.Value;
            else if (member.Is("dimensions"u8)) dimensions = member.Value;
            else if (member.Is("encoding_format"u8)) format = member.Value;
            else if (member.Value.HasValue) (others ??= []).Add(new VendorField(member.Name, member.Value, member.Name.ToText()));
        }

        long? length = dimensions.IsNull ? null : dimensions.AsInt64() ?? throw Expect.Wrong(dimensions, "dimensions", "a whole number");
        if (length is < 1 or > int.MaxValue) throw new DialectException("dimensions", "'dimensions' must be at least 1.");
        return new EmbeddingsRequest
        {
            Model = model.IsNull ? default : Expect.String(model, "model"),
            Texts = ReadTexts(input),
            Dimensions = length,
            IsBase64 = ReadFormat(format),
            Others = others ?? [],
        };
    }

    /// <summary>The value of another member; none when the request has none.</summary>
    public JsonValue Other(ReadOnlySpan<byte> name)
    {
        foreach (var field in Others)
        {
            if (field.Name.Is(name)) return field.Value;
        }

        return default;
    }

    private static bool ReadFormat(JsonValue format)
    {
        if (format.IsNull) return false;
        var word = Expect.String(format, "encoding_format");
        if (word.Is("base64"u8)) return true;
        return word.Is("float"u8) ? false : throw Expect.Unknown(word, "encoding_format", "float, base64");
    }

    private static List<JsonString> ReadTexts(JsonValue input)
    {
        if (input.IsString) return [input.AsString()];
        Expect.Array(input, "input");
        var texts = new List<JsonString>();
        foreach (var item in input.Items)
        {
            var path = $"input[{texts.Count}]";
            if (item.Kind is System.Text.Json.JsonValueKind.Number or System.Text.Json.JsonValueKind.Array)
                throw new DialectException(path, $"'{path}' is tokens; this model takes text only.");
            texts.Add(Expect.String(item, path));
            if (texts.Count > MostInputs) throw new DialectException("input", $"'input' has more than {MostInputs} texts.");
        }

        return texts.Count > 0 ? texts : throw new DialectException("input", "'input' must have at least one text.");
    }
}
