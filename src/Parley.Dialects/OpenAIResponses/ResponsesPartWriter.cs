using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes the events of one part: how it opens, its pieces, and what repeats them at its end.</summary>
internal static class ResponsesPartWriter
{
    /// <summary>Opens a content or summary part; calls have none.</summary>
    internal static void Open(ResponsesEventWriter events, ResponsesPartState state, ResponsesOutput output)
    {
        state.IsOpen = true;
        state.IsContent = state.Item.Kind == ResponsesItemKind.Message || output.IsContent(state.Part);
        state.Index = state.IsContent ? state.Item.Contents++ : state.Item.Summaries++;
        var type = state.IsContent ? "response.content_part.added"u8 : "response.reasoning_summary_part.added"u8;
        var json = Begin(events, type, state).Name("part"u8);
        if (state.Part.Kind == ReplyPartKind.Refusal)
            json.BeginObject().Member("type"u8, "refusal"u8).Member("refusal"u8, ""u8).EndObject();
        else if (state.Item.Kind == ResponsesItemKind.Reasoning)
            json.BeginObject().Member("type"u8, state.IsContent ? "reasoning_text"u8 : "summary_text"u8).Member("text"u8, ""u8).EndObject();
        else
            json.BeginObject().Member("type"u8, "output_text"u8).BeginArray("annotations"u8).EndArray().BeginArray("logprobs"u8).EndArray()
                .Member("text"u8, ""u8).EndObject();
        events.End(type);
    }

    internal static void Delta(ResponsesEventWriter events, ResponsesPartState state, ResponsesOutput output, JsonString text,
        JsonValue logprobs)
    {
        if (text.IsEmpty && !logprobs.IsArray) return;
        if (!state.IsOpen && state.Item.Kind == ResponsesItemKind.Reasoning) Open(events, state, output);
        state.DeltaHead ??= Head(state);
        events.Delta(state.DeltaHead, text, state.Part.Kind == ReplyPartKind.Text ? logprobs : null);
    }

    internal static void Annotation(ResponsesEventWriter events, ResponsesPartState state, Citation citation)
    {
        var json = Begin(events, "response.output_text.annotation.added"u8, state).Member("annotation_index"u8, state.Annotations++);
        ResponsesAnnotation.Write(json.Name("annotation"u8), citation, state.Part);
        events.End("response.output_text.annotation.added"u8);
    }

    /// <summary>Writes what repeats the whole part.</summary>
    internal static void End(ResponsesEventWriter events, ResponsesPartState state, LossReport losses)
    {
        switch (state.Item.Kind)
        {
            case ResponsesItemKind.Message:
                EndContent(events, state, losses);
                break;
            case ResponsesItemKind.Reasoning when state.IsOpen:
                EndThought(events, state);
                break;
            case ResponsesItemKind.FunctionCall:
                // An empty object is made of no arguments; who adds up the pieces must come to the same.
                if (state.Part.Text.IsEmpty) events.Delta(state.DeltaHead ??= Head(state), ResponsesItemWriter.Arguments(state.Part), null);
                Begin(events, "response.function_call_arguments.done"u8, state)
                    .Member("name"u8, state.Part.Name).Member("arguments"u8, ResponsesItemWriter.Arguments(state.Part));
                events.End("response.function_call_arguments.done"u8);
                break;
            case ResponsesItemKind.CustomToolCall:
                Begin(events, "response.custom_tool_call_input.done"u8, state).Member("input"u8, state.Part.Text);
                events.End("response.custom_tool_call_input.done"u8);
                break;
        }
    }

    private static void EndContent(ResponsesEventWriter events, ResponsesPartState state, LossReport losses)
    {
        // Anthropic names the sources of a block before its text, and they are for all of it: how long that is shows here.
        foreach (var citation in state.Part.Citations ?? [])
        {
            if (citation.Origin != Dialect.OpenAIResponses && ResponsesAnnotation.CanWrite(citation)) Annotation(events, state, citation);
        }

        var isRefusal = state.Part.Kind == ReplyPartKind.Refusal;
        var type = isRefusal ? "response.refusal.done"u8 : "response.output_text.done"u8;
        var json = Begin(events, type, state).Member(isRefusal ? "refusal"u8 : "text"u8, state.Part.Text);
        if (!isRefusal) ResponsesItemWriter.Logprobs(json.Name("logprobs"u8), state.Part);
        events.End(type);
        json = Begin(events, "response.content_part.done"u8, state).Name("part"u8);
        ResponsesItemWriter.Content(json, state.Part, losses);
        events.End("response.content_part.done"u8);
    }

    private static void EndThought(ResponsesEventWriter events, ResponsesPartState state)
    {
        var type = state.IsContent ? "response.reasoning_text.done"u8 : "response.reasoning_summary_text.done"u8;
        Begin(events, type, state).Member("text"u8, state.Part.Text);
        events.End(type);
        type = state.IsContent ? "response.content_part.done"u8 : "response.reasoning_summary_part.done"u8;
        ResponsesItemWriter.Text(Begin(events, type, state).Name("part"u8), state.IsContent
            ? "reasoning_text"u8 : "summary_text"u8, state.Part.Text);
        events.End(type);
    }

    private static JsonOutput Begin(ResponsesEventWriter events, ReadOnlySpan<byte> type, ResponsesPartState state)
    {
        var json = events.Begin(type).Member("item_id"u8, state.Item.Id).Member("output_index"u8, state.Item.Index);
        var index = IndexName(state);
        return index.IsEmpty ? json : json.Member(index, state.Index);
    }

    private static byte[] Head(ResponsesPartState state)
    {
        var type = state.Part.Kind switch
        {
            ReplyPartKind.Refusal => "response.refusal.delta"u8,
            ReplyPartKind.ToolCall => "response.function_call_arguments.delta"u8,
            ReplyPartKind.CustomToolCall => "response.custom_tool_call_input.delta"u8,
            ReplyPartKind.Text => "response.output_text.delta"u8,
            _ => state.IsContent ? "response.reasoning_text.delta"u8 : "response.reasoning_summary_text.delta"u8,
        };
        return ResponsesEventWriter.DeltaHead(type, state.Item.Id, state.Item.Index, IndexName(state), state.Index);
    }

    private static ReadOnlySpan<byte> IndexName(ResponsesPartState state) => state.Item.Kind switch
    {
        ResponsesItemKind.Message => "content_index"u8,
        ResponsesItemKind.Reasoning => state.IsContent ? "content_index"u8 : "summary_index"u8,
        _ => default,
    };
}
