using System.Buffers.Binary;
using System.Buffers.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Embeddings;

/// <summary>The vectors of one request, gathered from one or several answers, and written as OpenAI's answer.</summary>
public sealed class EmbeddingsAnswer
{
    private readonly List<JsonValue> _vectors = [];

    /// <summary>The vectors so far: arrays of numbers, in the order of the texts.</summary>
    public IReadOnlyList<JsonValue> Vectors => _vectors;

    /// <summary>The tokens of the texts, summed over the answers; 0 where the vendor does not count.</summary>
    public long InputTokens { get; private set; }

    /// <summary>True when a vendor counted tokens.</summary>
    public bool HasUsage { get; private set; }

    /// <summary>Adds a vector. Throws <see cref="DialectException"/> when it is no array of numbers.</summary>
    public void Add(JsonValue vector)
    {
        var path = $"embeddings[{_vectors.Count}]";
        foreach (var number in Expect.Array(vector, path).Items)
        {
            if (number.AsDouble() is null) throw Expect.Wrong(number, path, "an array of numbers");
        }

        _vectors.Add(vector);
    }

    /// <summary>Counts tokens.</summary>
    public void AddTokens(long tokens)
    {
        InputTokens += Math.Max(0, tokens);
        HasUsage = true;
    }

    /// <summary>Writes OpenAI's answer: numbers keep their digits, or become base64 of little-endian 32-bit floats.</summary>
    /// <param name="model">The model as the caller asked for it.</param>
    /// <param name="isBase64">Whether the caller wants base64.</param>
    /// <param name="json">Where to.</param>
    public void Write(JsonString model, bool isBase64, JsonOutput json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject().Member("object"u8, "list"u8).BeginArray("data"u8);
        for (var i = 0; i < _vectors.Count; i++)
        {
            json.BeginObject().Member("object"u8, "embedding"u8).Member("index"u8, i).Name("embedding"u8);
            if (isBase64) json.Value(Base64Of(_vectors[i]));
            else json.Value(_vectors[i]);
            json.EndObject();
        }

        json.EndArray().Member("model"u8, model);
        json.BeginObject("usage"u8).Member("prompt_tokens"u8, InputTokens).Member("total_tokens"u8, InputTokens).EndObject();
        json.EndObject();
    }

    private static byte[] Base64Of(JsonValue vector)
    {
        using var floats = new PooledBuffer(6 * 1024);
        foreach (var number in vector.Items)
        {
            BinaryPrimitives.WriteSingleLittleEndian(floats.GetSpan(4), (float)number.AsDouble()!.Value);
            floats.Advance(4);
        }

        var text = new byte[Base64.GetMaxEncodedToUtf8Length(floats.Length)];
        Base64.EncodeToUtf8(floats.Span, text, out _, out _);
        return text;
    }
}
