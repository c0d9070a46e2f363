using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes a plain chat completion.</summary>
internal sealed class ChatReplyWriter(FoldedReply reply, ReplyContext context, JsonOutput json)
{
    private readonly bool _isLegacy = ChatLegacy.IsUsedBy(context.Request);
    private readonly bool _hasOwnVendor = reply.VendorDialect == Dialect.OpenAIChat;

    internal void Write()
    {
        json.BeginObject().Member("id"u8, JsonString.From("chatcmpl-" + context.Id)).Member("object"u8, "chat.completion"u8)
            .Member("created"u8, context.Created).Member("model"u8, context.Model).BeginArray("choices"u8);
        foreach (var choice in Choices()) Choice(choice);
        json.EndArray();
        var usage = Vendor("").LastOrDefault(f => f.Name.Is("usage"u8));
        if (usage is not null) json.Member("usage"u8, usage.Value);
        else if (reply.HasUsage)
        {
            json.Name("usage"u8);
            ChatUsage.Write(json, reply.Usage);
        }

        foreach (var field in Vendor("").Where(f => !f.Name.Is("usage"u8))) json.Member(field.Name.Span, field.Value);
        json.EndObject();
    }

    private IEnumerable<int> Choices() => reply.Parts.Select(p => p.Choice).Concat(reply.Choices.Select(c => c.Choice)).DefaultIfEmpty(0).Distinct().Order();

    // Of each name the last, as a client that follows the stream has it.
    private IEnumerable<VendorField> Vendor(string path) =>
        _hasOwnVendor ? reply.Vendor.Where(f => f.Path == path).GroupBy(f => f.Name).Select(g => g.Last()) : [];

    private void Choice(int choice)
    {
        var parts = reply.Parts.Where(p => p.Choice == choice).ToList();
        var ending = reply.Choices.FirstOrDefault(c => c.Choice == choice);
        var vendor = Vendor($"choices[{choice}]").ToList();
        json.BeginObject().Member("index"u8, choice).BeginObject("message"u8).Member("role"u8, "assistant"u8);
        Content(parts);
        var refusals = parts.Where(p => p.Kind == ReplyPartKind.Refusal).ToList();
        json.Name("refusal"u8);
        if (refusals.Count > 0) Joined(refusals);
        else if (ending?.Finish == FinishReason.Refusal) json.Value(ChatLosses.DefaultRefusal);
        else json.Null();
        Reasoning(parts);
        Calls(parts);
        Annotations(parts);
        Media(parts);
        foreach (var field in vendor.Where(f => f.Name.StartsWith("message."u8))) json.Member(field.Name.Span["message.".Length..], field.Value);
        json.EndObject();
        Logprobs(parts);
        ChatFinish.Write(json, ending?.Finish ?? FinishReason.None, ending?.RawFinish ?? default, _isLegacy && HasLegacyCall(parts), context.Losses);
        foreach (var field in vendor.Where(f => !f.Name.StartsWith("message."u8))) json.Member(field.Name.Span, field.Value);
        json.EndObject();
    }

    private static bool HasLegacyCall(List<FoldedPart> parts) => parts.Exists(p => p.Kind == ReplyPartKind.ToolCall);

    private void Content(List<FoldedPart> parts)
    {
        json.Name("content"u8);
        var texts = parts.Where(p => p.Kind == ReplyPartKind.Text).ToList();
        var opaque = parts.Where(p => p.Kind == ReplyPartKind.Opaque && p.RawDialect == Dialect.OpenAIChat).ToList();
        if (opaque.Count > 0)
        {
            json.BeginArray();
            foreach (var part in parts)
            {
                if (part.Kind == ReplyPartKind.Text) json.BeginObject().Member("type"u8, "text"u8).Member("text"u8, part.Text).EndObject();
                else if (opaque.Contains(part)) json.Value(part.Raw);
            }

            json.EndArray();
        }
        else if (texts.Count > 0) Joined(texts);
        else if (parts.Exists(p => p.Kind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall or ReplyPartKind.Refusal or ReplyPartKind.Media)) json.Null();
        else json.Value(""u8);
        foreach (var part in parts.Where(p => p.Kind == ReplyPartKind.Opaque && p.RawDialect != Dialect.OpenAIChat)) ChatLosses.Opaque(context.Losses, part.Raw);
    }

    private void Annotations(List<FoldedPart> parts)
    {
        json.BeginArray("annotations"u8);
        var start = 0;
        foreach (var part in parts.Where(p => p.Kind == ReplyPartKind.Text))
        {
            var length = JsonEscapes.CountUtf16(part.Text.Span);
            foreach (var citation in part.Citations ?? []) ChatAnnotation.Write(json, citation, start, length, context.Losses);
            start += length;
        }

        json.EndArray();
    }

    private void Joined(List<FoldedPart> parts)
    {
        json.BeginString();
        foreach (var part in parts) json.Piece(part.Text.Span);
        json.EndString();
    }

    private void Reasoning(List<FoldedPart> parts)
    {
        var thoughts = parts.Where(p => p.Kind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary).ToList();
        if (thoughts.Exists(t => !t.Text.IsEmpty))
        {
            json.Name("reasoning_content"u8);
            Joined(thoughts);
        }

        var signed = thoughts.Where(t => t.Kind == ReplyPartKind.ReasoningSummary || t.Origin != ReasoningOrigin.None
            || t.Signature.IsPresent || t.Redacted.IsPresent).ToList();
        if (signed.Count == 0) return;
        json.BeginArray("reasoning_details"u8);
        var index = 0;
        foreach (var part in signed)
            ChatReasoningDetails.Write(json, part.Kind == ReplyPartKind.ReasoningSummary, part.Text, part.Signature, part.Redacted, part.Origin, part.Id, ref index);
        json.EndArray();
    }

    private void Calls(List<FoldedPart> parts)
    {
        var calls = parts.Where(p => p.Kind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall).ToList();
        if (calls.Count == 0) return;
        if (_isLegacy && calls[0].Kind == ReplyPartKind.ToolCall)
        {
            json.BeginObject("function_call"u8).Member("name"u8, calls[0].Name).Member("arguments"u8, Arguments(calls[0])).EndObject();
            if (calls.Count > 1) ChatLosses.MoreCalls(context.Losses);
            return;
        }

        json.BeginArray("tool_calls"u8);
        foreach (var call in calls)
        {
            var isCustom = call.Kind == ReplyPartKind.CustomToolCall;
            json.BeginObject().Member("id"u8, call.Id).Member("type"u8, isCustom ? "custom"u8 : "function"u8)
                .BeginObject(isCustom ? "custom"u8 : "function"u8).Member("name"u8, call.Name);
            if (isCustom) json.Member("input"u8, call.Text);
            else json.Member("arguments"u8, Arguments(call));
            json.EndObject().EndObject();
        }

        json.EndArray();
    }

    private static JsonString Arguments(FoldedPart call) => call.Text.IsEmpty ? JsonString.Literal("{}"u8) : call.Text;

    private void Media(List<FoldedPart> parts)
    {
        var images = parts.Where(p => p is { Kind: ReplyPartKind.Media, Media.Media: MediaKind.Image }).ToList();
        if (images.Count > 0)
        {
            json.BeginArray("images"u8);
            foreach (var image in images) ChatImage.Write(json, image.Media!, image.RawDialect == Dialect.OpenAIChat ? image.Raw : default);
            json.EndArray();
        }

        foreach (var part in parts.Where(p => p.Kind == ReplyPartKind.Media && p.Media?.Media != MediaKind.Image))
        {
            if (part.RawDialect == Dialect.OpenAIChat && part.Raw.HasValue) json.Member("audio"u8, part.Raw);
            else ChatLosses.Media(context.Losses, part.Media);
        }
    }

    private void Logprobs(List<FoldedPart> parts)
    {
        json.Name("logprobs"u8);
        var content = parts.Where(p => p.Kind == ReplyPartKind.Text).SelectMany(p => p.Logprobs ?? []).ToList();
        var refusal = parts.Where(p => p.Kind == ReplyPartKind.Refusal).SelectMany(p => p.Logprobs ?? []).ToList();
        if (content.Count + refusal.Count == 0)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        List("content"u8, content);
        List("refusal"u8, refusal);
        json.EndObject();
    }

    private void List(ReadOnlySpan<byte> name, List<JsonValue> pieces)
    {
        json.Name(name);
        if (pieces.Count == 0)
        {
            json.Null();
            return;
        }

        json.BeginArray();
        foreach (var piece in pieces)
        {
            foreach (var token in piece.Items) json.Value(token);
        }

        json.EndArray();
    }
}
