using System.Globalization;
using System.Text.Json;
using Parley.Dialects.Json;
using Parley.Gateway.Agents;

namespace Parley.Gateway.Wrapper;

/// <summary>One fault of a request, as FastAPI with pydantic 2 tells it: what clients of the old wrapper read (contracts §4).</summary>
/// <param name="Type">pydantic's name of the fault (docs.pydantic.dev, "Validation Errors").</param>
/// <param name="Location">Where, as a JSON array: <c>["body","messages",0,"role"]</c>.</param>
/// <param name="Message">pydantic's sentence for it.</param>
/// <param name="Input">What was sent there; none for nothing, and where it is too long to be sent back.</param>
internal readonly record struct InvalidInput(string Type, string Location, string Message, JsonValue Input)
{
    /// <summary>Where a question stands in the address.</summary>
    internal const string Query = """["query","query"]""";

    private const int LongestInput = 4 * 1024;

    internal static InvalidInput Missing(string location, JsonValue input) => new("missing", location, "Field required", input);

    internal static InvalidInput NotText(string location, JsonValue input) => new("string_type", location, "Input should be a valid string", input);

    internal static InvalidInput NotAnObject(string location, JsonValue input) =>
        new("model_attributes_type", location, "Input should be a valid dictionary or object to extract fields from", input);

    /// <summary>What is wrong with the question to an agent; null when nothing is.</summary>
    internal static InvalidInput? OfQuery(string? query)
    {
        if (query is null) return Missing(Query, default);
        if (AgentQuery.Problem(query) is null) return null;
        var input = JsonValue.Quote(JsonString.From(query));
        return string.IsNullOrWhiteSpace(query)
            ? new InvalidInput("string_too_short", Query, "String should have at least 1 character", input)
            : new InvalidInput("string_too_long", Query, string.Create(CultureInfo.InvariantCulture, $"String should have at most {AgentQuery.Longest} characters"), input);
    }

    /// <summary>Writes the body of a 422.</summary>
    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<InvalidInput> faults)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("detail");
        foreach (var fault in faults)
        {
            writer.WriteStartObject();
            writer.WriteString("type", fault.Type);
            writer.WritePropertyName("loc");
            writer.WriteRawValue(fault.Location);
            writer.WriteString("msg", fault.Message);
            writer.WritePropertyName("input");
            if (fault.Input.Raw.Length is > 0 and <= LongestInput) writer.WriteRawValue(fault.Input.Span);
            else writer.WriteNullValue();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
