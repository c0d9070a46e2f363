using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes output items: whole, or empty as they begin in a stream.</summary>
internal static class ResponsesItemWriter
{
    /// <summary>Writes the item with all that its parts hold.</summary>
    internal static void Write(JsonOutput json, ResponsesOutputItem item, ResponsesOutput output, LossReport losses)
    {
        if (item.Kind == ResponsesItemKind.Own)
        {
            json.Value(item.Parts[0].Raw);
            return;
        }

        Begin(json, item, item.IsIncomplete ? "incomplete"u8 : "completed"u8);
        switch (item.Kind)
        {
            case ResponsesItemKind.Message:
                json.BeginArray("content"u8);
                foreach (var part in item.Parts) Content(json, part, losses);
                json.EndArray();
                break;
            case ResponsesItemKind.Reasoning:
                Reasoning(json, item, output);
                break;
            case ResponsesItemKind.FunctionCall:
                json.Member("arguments"u8, Arguments(item.Parts[0]));
                break;
            case ResponsesItemKind.CustomToolCall:
                json.Member("input"u8, item.Parts[0].Text);
                break;
            case ResponsesItemKind.Image:
                json.Member("result"u8, item.Parts[0].Media!.Data);
                break;
        }

        More(json, item);
        json.EndObject();
    }

    /// <summary>Writes the item as it is when nothing of it has come yet.</summary>
    internal static void WriteEmpty(JsonOutput json, ResponsesOutputItem item)
    {
        if (item.Kind == ResponsesItemKind.Own)
        {
            json.Value(item.Parts[0].Raw);
            return;
        }

        Begin(json, item, "in_progress"u8);
        if (item.Kind == ResponsesItemKind.Message) json.BeginArray("content"u8).EndArray();
        else if (item.Kind == ResponsesItemKind.Reasoning) json.BeginArray("summary"u8).EndArray();
        else if (item.Kind == ResponsesItemKind.FunctionCall) json.Member("arguments"u8, ""u8);
        else if (item.Kind == ResponsesItemKind.CustomToolCall) json.Member("input"u8, ""u8);
        else json.Name("result"u8).Null();
        More(json, item);
        json.EndObject();
    }

    /// <summary>Writes one content part of a message.</summary>
    internal static void Content(JsonOutput json, FoldedPart part, LossReport losses)
    {
        json.BeginObject();
        if (part.Kind == ReplyPartKind.Refusal)
        {
            json.Member("type"u8, "refusal"u8).Member("refusal"u8, part.Text).EndObject();
            return;
        }

        json.Member("type"u8, "output_text"u8).Name("annotations"u8);
        Annotations(json, part, losses);
        json.Name("logprobs"u8);
        Logprobs(json, part);
        json.Member("text"u8, part.Text).EndObject();
    }

    /// <summary>Writes all log probabilities of a text as one array.</summary>
    internal static void Logprobs(JsonOutput json, FoldedPart part)
    {
        json.BeginArray();
        foreach (var piece in part.Logprobs ?? [])
        {
            foreach (var token in piece.Items) json.Value(token);
        }

        json.EndArray();
    }

    /// <summary>Writes <c>{"type": …, "text": …}</c>.</summary>
    internal static void Text(JsonOutput json, ReadOnlySpan<byte> type, JsonString text) =>
        json.BeginObject().Member("type"u8, type).Member("text"u8, text).EndObject();

    /// <summary>The arguments of a call: an empty object for none, which clients could not parse.</summary>
    internal static JsonString Arguments(FoldedPart part) => part.Text.IsEmpty ? JsonString.Literal("{}"u8) : part.Text;

    private static void Begin(JsonOutput json, ResponsesOutputItem item, ReadOnlySpan<byte> status)
    {
        var part = item.Parts[0];
        json.BeginObject().Member("id"u8, item.Id);
        switch (item.Kind)
        {
            case ResponsesItemKind.Message:
                json.Member("type"u8, "message"u8).Member("status"u8, status).MemberIfPresent("phase"u8, part.Phase).Member("role"u8,
                    "assistant"u8);
                break;
            case ResponsesItemKind.Reasoning:
                json.Member("type"u8, "reasoning"u8); // which has no status in a reply
                break;
            case ResponsesItemKind.Image:
                json.Member("type"u8, "image_generation_call"u8).Member("status"u8, status);
                break;
            default:
                json.Member("type"u8, item.Kind == ResponsesItemKind.FunctionCall ? "function_call"u8 : "custom_tool_call"u8)
                    .Member("status"u8, status).Member("call_id"u8, part.Id.IsEmpty ? item.Id : part.Id).Member("name"u8, part.Name);
                break;
        }
    }

    private static void Reasoning(JsonOutput json, ResponsesOutputItem item, ResponsesOutput output)
    {
        json.BeginArray("summary"u8);
        var hasContent = false;
        foreach (var part in item.Parts)
        {
            if (output.IsContent(part)) hasContent |= !part.Text.IsEmpty;
            else if (!part.Text.IsEmpty) Text(json, "summary_text"u8, part.Text);
        }

        json.EndArray();
        if (hasContent)
        {
            json.BeginArray("content"u8);
            foreach (var part in item.Parts)
            {
                if (output.IsContent(part) && !part.Text.IsEmpty) Text(json, "reasoning_text"u8, part.Text);
            }

            json.EndArray();
        }

        foreach (var part in item.Parts)
        {
            if (Encrypted(part) is not { IsPresent: true } encrypted) continue;
            json.Member("encrypted_content"u8, encrypted);
            break;
        }
    }

    // Another family's signature travels in the one field that clients play back unseen, marked with its origin.
    private static JsonString Encrypted(FoldedPart part)
    {
        if (part.Origin == ReasoningOrigin.OpenAI) return part.Signature;
        return ReasoningCarrier.Pack(new ReasoningPart
        {
            Origin = part.Origin,
            Signature = part.Signature,
            Redacted = part.Redacted,
            Id = part.Id
        });
    }

    private static void Annotations(JsonOutput json, FoldedPart part, LossReport losses)
    {
        json.BeginArray();
        foreach (var citation in part.Citations ?? [])
        {
            if (ResponsesAnnotation.CanWrite(citation)) ResponsesAnnotation.Write(json, citation, part);
            else losses.Add("reply.content.citations", "Responses has annotations for web addresses only");
        }

        json.EndArray();
    }

    private static void More(JsonOutput json, ResponsesOutputItem item)
    {
        if (item.Parts[0] is not { RawDialect: Dialect.OpenAIResponses, Raw: { IsObject: true } raw }) return;
        foreach (var member in raw.Members)
        {
            if (!ResponsesNames.IsOfItem(member.Name)) json.Member(member.Name.Span, member.Value);
        }
    }
}
