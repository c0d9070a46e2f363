using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>Runs the lines of a batch's input, each as a request of its own to this simulator.</summary>
internal static class BatchWork
{
    // A tenth of the vendor's; what the lines come to is kept in memory.
    private const int MostLines = 5_000;

    /// <summary><paramref name="answer"/> answers one request; the call is the one that found the batch due, and lends vendor and headers.</summary>
    public static BatchOutcome Run(SimulatedCall call, SimulatorState state, StoredBatch batch, Func<SimulatedCall, SimulatedReply> answer)
    {
        if (state.Files.Find(batch.InputFile) is not { } input)
            return BatchOutcome.Invalid("input_file_not_found", $"No such File object: {batch.InputFile}");
        if (!input.IsWhole)
            return BatchOutcome.Invalid("file_too_large", $"The simulator runs batches of at most {UploadReader.KeptBytes} bytes.");
        var (lines, problem) = Read(input.Kept, batch.Endpoint);
        if (problem is not null)
            return problem;
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var (completed, failed) = (0, 0);
        foreach (var line in lines)
        {
            var reply = Answer(call, batch.Endpoint, line, answer);
            var good = reply.Status == 200 && reply.Events is null;
            completed += good ? 1 : 0;
            failed += good ? 0 : 1;
            Write(good ? output : errors, state, line, reply);
        }
        return new BatchOutcome(Keep("output", output), Keep("error", errors), completed, failed, []);

        string? Keep(string kind, MemoryStream content) => content.Length == 0 ? null
            : FilesOperation.Add(state, call.Created, "batch_output", $"{batch.Id}_{kind}.jsonl", content.ToArray(), content.Length,
                Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))).File.Id;
    }

    private static (List<JsonElement> Lines, BatchOutcome? Problem) Read(byte[] bytes, string endpoint)
    {
        var lines = new List<JsonElement>();
        var number = 0;
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            number++;
            var text = bytes.AsSpan(range).Trim(" \r\t"u8);
            if (text.IsEmpty)
                continue;
            if (lines.Count == MostLines)
                return (lines, BatchOutcome.Invalid("too_many_requests", $"The simulator runs batches of at most {MostLines} requests."));
            if (Parse(text) is not { ValueKind: JsonValueKind.Object } line)
                return (lines, BatchOutcome.Invalid("invalid_json_line", "This line is not parseable as valid JSON.", number));
            if (line.FindString("custom_id") is null)
                return (lines, BatchOutcome.Invalid("missing_required_parameter", "Missing required parameter: 'custom_id'.", number));
            if (line.FindString("method") != "POST")
                return (lines, BatchOutcome.Invalid("invalid_method", "The HTTP method must be 'POST'.", number));
            if (line.FindString("url") != endpoint)
                return (lines, BatchOutcome.Invalid("mismatched_url", $"The URL provided for this request does not match the batch endpoint '{endpoint}'.", number));
            if (line.Find("body") is not { ValueKind: JsonValueKind.Object })
                return (lines, BatchOutcome.Invalid("missing_required_parameter", "Missing required parameter: 'body'.", number));
            lines.Add(line);
        }
        return lines.Count == 0 ? (lines, BatchOutcome.Invalid("empty_file", "The input file is empty.")) : (lines, null);
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            var line = JsonElement.ParseValue(ref reader);
            return reader.BytesConsumed == text.Length ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SimulatedReply Answer(SimulatedCall call, string endpoint, JsonElement line, Func<SimulatedCall, SimulatedReply> answer)
    {
        var body = line.Find("body")!.Value;
        var operation = endpoint switch
        {
            "/v1/responses" => Operation.Responses,
            "/v1/embeddings" or "/embeddings" => Operation.Embeddings,
            _ => Operation.ChatCompletions,
        };
        // The id is part of what ids are made of: two equal requests are two answers.
        var one = call.Inside(operation, body, System.Text.Encoding.UTF8.GetBytes(line.GetRawText()));
        return body.FindBool("stream") is true
            ? new Refusal(400, "Streaming is not supported in the Batch API.", Param: "stream").ToReply(one)
            : answer(one);
    }

    private static void Write(MemoryStream file, SimulatorState state, JsonElement line, SimulatedReply reply)
    {
        var written = new JsonObject
        {
            ["id"] = state.NewId("batch_req_", 24),
            ["custom_id"] = line.FindString("custom_id"),
            ["response"] = new JsonObject
            {
                ["status_code"] = reply.Status,
                ["request_id"] = state.NewId("req_", 32),
                ["body"] = JsonNode.Parse(reply.Body),
            },
            ["error"] = null,
        };
        file.Write(Json.Write(written, static (writer, node) => node.WriteTo(writer)));
        file.WriteByte((byte)'\n');
    }
}
