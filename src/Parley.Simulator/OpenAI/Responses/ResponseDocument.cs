using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The <c>response</c> object, members in OpenAI's order: what was asked is echoed, with the vendor's defaults.</summary>
internal sealed class ResponseDocument(SimulatedCall call, Answer answer, IReadOnlyList<OutputItem> items)
{
    private readonly JsonElement body = call.Body;

    public string Id { get; } = call.Id("resp_", 50);

    public IReadOnlyList<OutputItem> Items => items;

    public bool Incomplete => answer.Truncated;

    public byte[] ToJson() => Json.Write(this, static (writer, document) => document.Write(writer, finished: true));

    public void Write(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("object", "response");
        writer.WriteNumber("created_at", call.Created);
        writer.WriteString("status", !finished ? "in_progress" : Incomplete ? "incomplete" : "completed");
        writer.WriteBoolean("background", false);
        if (finished && !Incomplete)
            writer.WriteNumber("completed_at", call.Created);
        else
            writer.WriteNull("completed_at");
        if (call.Vendor == Vendor.Azure)
            writer.WriteNull("content_filters");
        writer.WriteNull("error");
        WriteIncomplete(writer, finished);
        WriteEchoed(writer);
        WriteOutput(writer, finished);
        WriteSettings(writer);
        WriteUsage(writer, finished);
        Echo(writer, "user");
        Echo(writer, "metadata", "{}");
        writer.WriteEndObject();
    }

    private void WriteIncomplete(Utf8JsonWriter writer, bool finished)
    {
        if (!finished || !Incomplete)
        {
            writer.WriteNull("incomplete_details");
            return;
        }
        writer.WriteStartObject("incomplete_details");
        writer.WriteString("reason", "max_output_tokens");
        writer.WriteEndObject();
    }

    private void WriteEchoed(Utf8JsonWriter writer)
    {
        Echo(writer, "instructions");
        Echo(writer, "max_output_tokens");
        Echo(writer, "max_tool_calls");
        writer.WriteString("model", ModelTraits.AnsweredAs(call.Model!));
    }

    private void WriteOutput(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartArray("output");
        if (finished)
        {
            foreach (var item in items)
                item.Write(writer, finished: true);
        }
        writer.WriteEndArray();
    }

    private void WriteSettings(Utf8JsonWriter writer)
    {
        Echo(writer, "parallel_tool_calls", "true");
        Echo(writer, "frequency_penalty", "0");
        Echo(writer, "presence_penalty", "0");
        Echo(writer, "previous_response_id");
        Echo(writer, "prompt_cache_key");
        Echo(writer, "prompt_cache_retention");
        WriteReasoning(writer);
        Echo(writer, "safety_identifier");
        Echo(writer, "service_tier", "\"default\"");
        Echo(writer, "store", "true");
        Echo(writer, "temperature", "1");
        WriteText(writer);
        Echo(writer, "tool_choice", "\"auto\"");
        WriteTools(writer);
        Echo(writer, "top_logprobs", "0");
        Echo(writer, "top_p", "1");
        Echo(writer, "truncation", "\"disabled\"");
    }

    private void WriteReasoning(Utf8JsonWriter writer)
    {
        var reasoning = body.Find("reasoning");
        writer.WriteStartObject("reasoning");
        writer.WriteString("effort", reasoning?.FindString("effort") ?? (ModelTraits.Reasons(call.Model!) ? "medium" : null));
        writer.WriteString("summary", reasoning?.FindString("summary") is "auto" ? "detailed" : reasoning?.FindString("summary"));
        writer.WriteEndObject();
    }

    private void WriteText(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("text");
        writer.WritePropertyName("format");
        WriteFormat(writer, body.Find("text")?.Find("format"));
        writer.WriteString("verbosity", body.Find("text")?.FindString("verbosity") ?? "medium");
        writer.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter writer, JsonElement? format)
    {
        writer.WriteStartObject();
        if (format?.FindString("type") == "json_schema")
        {
            writer.WriteString("type", "json_schema");
            EchoOf(writer, format.Value, "description");
            EchoOf(writer, format.Value, "name");
            EchoOf(writer, format.Value, "schema");
            EchoOf(writer, format.Value, "strict", "true");
        }
        else
        {
            writer.WriteString("type", format?.FindString("type") ?? "text");
        }
        writer.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tools");
        foreach (var tool in body.FindArray("tools"))
        {
            if (tool.FindString("type") != "function")
            {
                tool.WriteTo(writer);
                continue;
            }
            writer.WriteStartObject();
            writer.WriteString("type", "function");
            EchoOf(writer, tool, "description");
            EchoOf(writer, tool, "name");
            EchoOf(writer, tool, "parameters");
            EchoOf(writer, tool, "strict", "true");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter writer, bool finished)
    {
        if (!finished || call.Fault.Name == "no-usage")
        {
            writer.WriteNull("usage");
            return;
        }
        var usage = answer.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", usage.Input);
        writer.WriteStartObject("input_tokens_details");
        writer.WriteNumber("cached_tokens", usage.Cached);
        writer.WriteNumber("cache_write_tokens", 0);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens", usage.Output);
        writer.WriteStartObject("output_tokens_details");
        writer.WriteNumber("reasoning_tokens", usage.Reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens", usage.Total);
        writer.WriteEndObject();
    }

    private void Echo(Utf8JsonWriter writer, string name, string otherwise = "null") => EchoOf(writer, body, name, otherwise);

    private static void EchoOf(Utf8JsonWriter writer, JsonElement from, string name, string otherwise = "null")
    {
        writer.WritePropertyName(name);
        if (from.Find(name) is { } given)
            given.WriteTo(writer);
        else
            writer.WriteRawValue(otherwise);
    }
}
