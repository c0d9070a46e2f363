using System.Text.Json;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Splicing;

/// <summary>What <see cref="Utf8JsonReader"/> says about a body: the rule that the scan is held to.</summary>
internal sealed record EnvelopeOracle(bool IsJson, bool IsObject, EnvelopeProperty? Duplicate, Dictionary<EnvelopeProperty, EnvelopeOracle.Found> Properties)
{
    private static readonly Dictionary<string, EnvelopeProperty> Names =
        Enum.GetValues<EnvelopeProperty>().ToDictionary(EnvelopeNames.WireName, StringComparer.Ordinal);

    internal static EnvelopeOracle Read(byte[] body)
    {
        var found = new Dictionary<EnvelopeProperty, Found>();
        var isObject = false;
        EnvelopeProperty? duplicate = null;
        var reader = new Utf8JsonReader(body);
        try
        {
            var isFirst = true;
            while (reader.Read())
            {
                if (isFirst) isObject = reader.TokenType == JsonTokenType.StartObject;
                isFirst = false;
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !isObject) continue;
                var name = (int)reader.TokenStartIndex;
                var isWatched = Names.TryGetValue(Name(ref reader), out var property);
                reader.Read();
                var kind = reader.TokenType;
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (!isWatched) continue;
                if (!found.TryAdd(property, new(name, start, (int)reader.BytesConsumed, kind))) duplicate ??= property;
            }

            return new(!isFirst, isObject, duplicate, found);
        }
        catch (JsonException)
        {
            return new(false, false, null, found);
        }
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "not text";
        }
    }

    internal readonly record struct Found(int Name, int Start, int End, JsonTokenType Kind);
}
