using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Tests.OpenAIChat;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Every property of OpenAI's chat request, in front of every other dialect: carried, which shows in what is written, or reported.</summary>
public sealed class ChatFieldsTests
{
    private static readonly (Dialect Dialect, string Model)[] Targets =
    [
        (Dialect.OpenAIResponses, "gpt-4.1"), (Dialect.AnthropicMessages, "claude-sonnet-4-5"),
        (Dialect.BedrockConverse, "anthropic.claude-sonnet-4-5-20250929-v1:0"), (Dialect.GeminiContent, "gemini-2.5-flash"),
    ];

    // Said by the address and not by the body there.
    private static readonly HashSet<(string Property, Dialect Dialect)> InTheAddress =
    [
        ("stream", Dialect.BedrockConverse), ("stream", Dialect.GeminiContent),
    ];

    public static TheoryData<string, Dialect> Fields()
    {
        var fields = new TheoryData<string, Dialect>();
        foreach (var (property, _, _) in ChatRequestSamples.All)
        {
            foreach (var (dialect, _) in Targets) fields.Add(property, dialect);
        }

        return fields;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_TowardsAnotherDialect_IsCarriedOrReported(string property, Dialect dialect)
    {
        if (InTheAddress.Contains((property, dialect))) return;
        // What is asked is in every case here; the target's model takes the place of the caller's; text alone is what every model answers.
        if (property is "messages" or "model" or "modalities") return;
        var (_, json, beside) = ChatRequestSamples.All.Single(s => s.Property == property);
        var (with, losses) = Write(Request(property, json, beside), dialect);
        if (losses.Losses.Any(loss => loss.Path.StartsWith(property, StringComparison.Ordinal) || loss.Path.StartsWith(Renamed(property), StringComparison.Ordinal))) return;
        var (without, _) = Write(Request(null, "", beside), dialect);
        Assert.NotEqual(without, with);
    }

    private static string Request(string? property, string json, string beside) =>
        "{" + (property == "model" ? "" : "\"model\":\"m\",") + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
        + (beside.Length > 0 ? "," + beside : "") + (property is null ? "" : $",\"{property}\":{json}") + "}";

    // The older of two names is reported by the newer.
    private static string Renamed(string property) => property switch
    {
        "max_tokens" => "max_completion_tokens",
        "functions" => "tools",
        "function_call" => "tool_choice",
        "thinking" => "reasoning",
        _ => property,
    };

    private static (string Json, LossReport Losses) Write(string request, Dialect dialect)
    {
        var conversation = DialectCodecs.Of(Dialect.OpenAIChat).ReadRequest(JsonValue.Of(System.Text.Encoding.UTF8.GetBytes(request)), default);
        using var output = new PooledBuffer();
        var losses = new LossReport();
        var model = Targets.Single(target => target.Dialect == dialect).Model;
        DialectCodecs.Of(dialect).WriteRequest(new RequestWriting(
            conversation, new TranslationTarget(dialect, JsonString.From(model), ModelTraitsTable.Of(model)) { IsOpenAI = true }, new JsonOutput(output), losses));
        return (MatrixFiles.Text(output.Span), losses);
    }
}
