using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Writes a whole answer in Converse's shape.</summary>
internal static class ConverseReplyWriter
{
    internal static void Write(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        json.BeginObject().BeginObject("output"u8).BeginObject("message"u8).Member("role"u8, "assistant"u8).BeginArray("content"u8);
        foreach (var part in reply.Parts)
        {
            if (part.Choice == 0) Block(part, context, json);
            else context.Losses.Add("reply.choices", "Converse has one answer", "reply.choices");
        }

        json.EndArray().EndObject().EndObject();
        if (reply.Ending is { } ending) json.Member("stopReason"u8, ConverseFinish.Word(ending.Finish, ending.RawFinish));
        ConverseUsage.Write(json, reply);
        if (reply.VendorDialect == Dialect.BedrockConverse)
        {
            foreach (var field in reply.Vendor) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
    }

    private static void Block(FoldedPart part, ReplyContext context, JsonOutput json)
    {
        switch (part.Kind)
        {
            case ReplyPartKind.Text or ReplyPartKind.Refusal:
                Text(part, json);
                break;
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                json.BeginObject().BeginObject("toolUse"u8).Member("toolUseId"u8, part.Id).Member("name"u8, part.Name).Name("input"u8);
                ConverseArguments.Write(json, part.Arguments);
                json.EndObject().EndObject();
                break;
            case ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                Reasoning(part, json);
                break;
            case ReplyPartKind.Media when part.Media is { Media: MediaKind.Image, Source: MediaSourceKind.Base64 } image:
                json.BeginObject().BeginObject("image"u8).MemberIfPresent("format"u8, ConverseFormats.FormatOf(image))
                    .BeginObject("source"u8).Member("bytes"u8, image.Data).EndObject().EndObject().EndObject();
                break;
            case ReplyPartKind.Opaque when part.RawDialect == Dialect.BedrockConverse:
                json.Value(part.Raw);
                break;
            default:
                context.Losses.Add("reply.content.other", "Converse has no block for it", "reply.content.other");
                break;
        }
    }

    private static void Text(FoldedPart part, JsonOutput json)
    {
        json.BeginObject();
        if (part.Citations is null)
        {
            json.Member("text"u8, part.Text);
        }
        else
        {
            json.BeginObject("citationsContent"u8).BeginArray("content"u8).BeginObject().Member("text"u8, part.Text).EndObject().EndArray().BeginArray("citations"u8);
            foreach (var citation in part.Citations) ConverseCitations.Write(json, citation);
            json.EndArray().EndObject();
        }

        json.EndObject();
    }

    private static void Reasoning(FoldedPart part, JsonOutput json)
    {
        json.BeginObject().BeginObject("reasoningContent"u8);
        if (part.Redacted.IsPresent)
        {
            json.Member("redactedContent"u8, Signed(part.Origin, true, part.Redacted));
        }
        else
        {
            json.BeginObject("reasoningText"u8).Member("text"u8, part.Text);
            if (!part.Signature.IsEmpty) json.Member("signature"u8, Signed(part.Origin, false, part.Signature));
            json.EndObject();
        }

        json.EndObject().EndObject();
    }

    /// <summary>The signature as it is where models on Bedrock made it; marked with its origin elsewhere.</summary>
    internal static JsonString Signed(ReasoningOrigin origin, bool isRedacted, JsonString value) =>
        origin is ReasoningOrigin.OpenAI or ReasoningOrigin.Gemini ? ReasoningCarrier.Pack(origin, isRedacted, default, value) : value;
}
