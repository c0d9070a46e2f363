using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Testing;
using Parley.Testing.Schemas;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Runs the codec on texts, and checks what it writes against the schemas of Open Responses.</summary>
internal static class ResponsesWire
{
    private static readonly Lazy<OpenApiSchemas?> Schemas = new(() =>
        SharedFiles.Find("specs/open-responses.openapi.json") is { } file ? OpenApiSchemas.Load(file) : null);

    internal static JsonValue Json(string text) =>
        JsonValue.TryParse(Encoding.UTF8.GetBytes(text), out var value) ? value : throw new ArgumentException(text);

    internal static Conversation ReadRequest(string body) => ResponsesCodec.Instance.ReadRequest(Json(body), default);

    internal static (string Body, LossReport Losses, RequestWriting Writing) WriteRequest(Conversation conversation, string model = "m", ModelTraits? traits = null)
    {
        using var buffer = new PooledBuffer();
        var losses = new LossReport();
        var target = new TranslationTarget(Dialect.OpenAIResponses, JsonString.From(model), traits ?? ModelTraitsTable.Of(model)) { IsOpenAI = true };
        var writing = new RequestWriting(conversation, target, new JsonOutput(buffer), losses);
        ResponsesCodec.Instance.WriteRequest(writing);
        return (Encoding.UTF8.GetString(buffer.Span), losses, writing);
    }

    internal static ReplyContext Context(Conversation? request = null, string model = "asked-for", string id = "7f") =>
        new(request ?? ReadRequest("""{"model":"asked-for","input":"hi"}"""), JsonString.From(model), id, 1_700_000_000, new LossReport());

    /// <summary>The events of a whole body.</summary>
    internal static FoldedReply Fold(string body)
    {
        var reply = new FoldedReply();
        ResponsesCodec.Instance.ReadReply(Json(body), reply);
        return reply;
    }

    internal static string WriteReply(FoldedReply reply, ReplyContext context)
    {
        using var buffer = new PooledBuffer();
        ResponsesCodec.Instance.WriteReply(reply, context, new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    /// <summary>Sends frames through the stream reader to a sink; the reader, to be asked whether it has finished.</summary>
    internal static ReplyReader Read(IEnumerable<string> data, IReplySink sink)
    {
        var codec = ResponsesCodec.Instance.CreateReader();
        using var frames = new SseFrameReader();
        foreach (var one in data)
        {
            var rest = Encoding.UTF8.GetBytes($"data: {one}\n\n").AsSpan();
            while (!rest.IsEmpty)
            {
                var memory = frames.GetMemory().Span;
                var take = Math.Min(memory.Length, rest.Length);
                rest[..take].CopyTo(memory);
                frames.Advance(take);
                rest = rest[take..];
                while (frames.TryRead(out var frame)) codec.Read(frame, sink);
            }
        }

        codec.Complete(sink);
        return codec;
    }

    /// <summary>The stream that the writer makes of what <paramref name="give"/> gives it.</summary>
    internal static string WriteStream(ReplyContext context, Action<ReplyStreamWriter> give)
    {
        using var buffer = new PooledBuffer();
        using var writer = ResponsesCodec.Instance.CreateWriter(context, buffer);
        give(writer);
        return Encoding.UTF8.GetString(buffer.Span);
    }

    /// <summary>The events of a stream. Each frame has its name and one line of data, and the numbers count from zero.</summary>
    internal static List<JsonObject> Events(string stream)
    {
        var events = new List<JsonObject>();
        foreach (var frame in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            Assert.Equal(2, lines.Length);
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!.AsObject();
            Assert.Equal("event: " + (string)data["type"]!, lines[0]);
            Assert.Equal(events.Count, (long)data["sequence_number"]!);
            events.Add(data);
        }

        return events;
    }

    internal static void AssertEqual(string expected, string actual) => AssertEqual(JsonNode.Parse(expected), JsonNode.Parse(actual), "");

    /// <summary>Equal JSON, key order aside; the first difference is named.</summary>
    internal static void AssertEqual(JsonNode? expected, JsonNode? actual, string name)
    {
        if (JsonNode.DeepEquals(expected, actual)) return;
        Assert.Fail($"{name}{Difference(expected, actual, "$")}");
    }

    /// <summary>
    /// What of a response the schema does not allow. Hosted tools' items and annotations of OpenAI alone are not in Open Responses'
    /// document, nor can its <c>schema</c> be anything but null.
    /// </summary>
    internal static void AssertValidResponse(JsonNode response, string name = "")
    {
        var copy = response.DeepClone();
        Reduce(copy);
        AssertValid("ResponseResource", copy, name);
    }

    internal static void AssertValidEvent(JsonObject data, string name = "")
    {
        var copy = data.DeepClone().AsObject();
        if (copy["response"] is { } response) Reduce(response);
        var type = (string)copy["type"]!;
        if (copy["item"]?["type"] is { } item && !IsKnownItem((string)item!)) return;
        if (copy["annotation"]?["type"] is { } annotation && (string)annotation! != "url_citation") return;
        if (copy["item"] is { } whole) ReduceItem(whole);
        if (copy["part"] is { } part) ReduceContent(part);
        if (SchemaOf(type) is { } schema) AssertValid(schema, copy, name);
    }

    private static string? SchemaOf(string type) => type switch
    {
        "response.created" => "ResponseCreatedStreamingEvent",
        "response.in_progress" => "ResponseInProgressStreamingEvent",
        "response.completed" => "ResponseCompletedStreamingEvent",
        "response.incomplete" => "ResponseIncompleteStreamingEvent",
        "response.failed" => "ResponseFailedStreamingEvent",
        "response.output_item.added" => "ResponseOutputItemAddedStreamingEvent",
        "response.output_item.done" => "ResponseOutputItemDoneStreamingEvent",
        "response.content_part.added" => "ResponseContentPartAddedStreamingEvent",
        "response.content_part.done" => "ResponseContentPartDoneStreamingEvent",
        "response.output_text.delta" => "ResponseOutputTextDeltaStreamingEvent",
        "response.output_text.done" => "ResponseOutputTextDoneStreamingEvent",
        "response.output_text.annotation.added" => "ResponseOutputTextAnnotationAddedStreamingEvent",
        "response.refusal.delta" => "ResponseRefusalDeltaStreamingEvent",
        "response.refusal.done" => "ResponseRefusalDoneStreamingEvent",
        "response.reasoning_summary_part.added" => "ResponseReasoningSummaryPartAddedStreamingEvent",
        "response.reasoning_summary_part.done" => "ResponseReasoningSummaryPartDoneStreamingEvent",
        "response.reasoning_summary_text.delta" => "ResponseReasoningSummaryDeltaStreamingEvent",
        "response.reasoning_summary_text.done" => "ResponseReasoningSummaryDoneStreamingEvent",
        "response.function_call_arguments.delta" => "ResponseFunctionCallArgumentsDeltaStreamingEvent",
        "response.function_call_arguments.done" => "ResponseFunctionCallArgumentsDoneStreamingEvent",
        "error" => "ErrorStreamingEvent",
        // OpenAI's own events, under other names or not at all in Open Responses.
        "response.reasoning_text.delta" or "response.reasoning_text.done" or "response.custom_tool_call_input.delta"
            or "response.custom_tool_call_input.done" => null,
        _ => throw new ArgumentException(type),
    };

    private static bool IsKnownItem(string type) => type is "message" or "function_call" or "function_call_output" or "reasoning" or "compaction";

    private static void Reduce(JsonNode response)
    {
        if (response["output"] is JsonArray output)
        {
            foreach (var item in output.ToList())
            {
                if (!IsKnownItem((string)item!["type"]!)) output.Remove(item);
                else ReduceItem(item);
            }
        }

        if (response["tools"] is JsonArray tools)
            foreach (var tool in tools.ToList()) if ((string)tool!["type"]! != "function") tools.Remove(tool);
        if (response["text"]?["format"] is JsonObject format && format.ContainsKey("schema")) format["schema"] = null;
    }

    private static void ReduceItem(JsonNode item)
    {
        foreach (var content in item["content"] as JsonArray ?? []) ReduceContent(content!);
    }

    private static void ReduceContent(JsonNode content)
    {
        foreach (var annotation in (content["annotations"] as JsonArray ?? []).ToList())
            if ((string)annotation!["type"]! != "url_citation") ((JsonArray)content["annotations"]!).Remove(annotation);
    }

    private static void AssertValid(string schema, JsonNode value, string name)
    {
        if (Schemas.Value is not { } schemas) return;
        var problems = schemas.Check(schema, JsonSerializer.SerializeToElement(value)).Where(p => !p.Unknown).ToList();
        Assert.True(problems.Count == 0, $"{name} {schema}: {string.Join("; ", problems)}\n{value.ToJsonString()}");
    }

    private static string Difference(JsonNode? expected, JsonNode? actual, string path)
    {
        if (expected is JsonObject left && actual is JsonObject right)
        {
            foreach (var (key, value) in left)
            {
                if (!right.ContainsKey(key)) return $"{path}.{key} is missing: {value?.ToJsonString() ?? "null"}";
                if (!JsonNode.DeepEquals(value, right[key])) return Difference(value, right[key], $"{path}.{key}");
            }

            return $"{path} has more: {string.Join(", ", right.Where(p => !left.ContainsKey(p.Key)).Select(p => p.Key))}";
        }

        if (expected is JsonArray first && actual is JsonArray second && first.Count == second.Count)
        {
            for (var i = 0; i < first.Count; i++)
                if (!JsonNode.DeepEquals(first[i], second[i])) return Difference(first[i], second[i], $"{path}[{i}]");
        }

        return $"{path}: expected {expected?.ToJsonString() ?? "null"}, got {actual?.ToJsonString() ?? "null"}";
    }
}
