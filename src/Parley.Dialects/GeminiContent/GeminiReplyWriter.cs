using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes a whole answer: one GenerateContentResponse.</summary>
internal sealed class GeminiReplyWriter(FoldedReply reply, ReplyContext context, JsonOutput json)
{
    private readonly bool _isOwn = reply.VendorDialect == Dialect.GeminiContent;

    internal static void Write(FoldedReply reply, ReplyContext context, JsonOutput json) => new GeminiReplyWriter(reply, context, json).Write();

    private void Write()
    {
        json.BeginObject();
        var hasFeedback = Has("promptFeedback"u8);
        if (reply.Parts.Count > 0 || !hasFeedback)
        {
            json.BeginArray("candidates"u8);
            foreach (var choice in reply.Choices.OrderBy(choice => choice.Choice)) Candidate(choice);
            json.EndArray();
        }

        var hasUsage = false;
        foreach (var field in Own(""))
        {
            hasUsage |= field.Name.Is("usageMetadata"u8);
            json.Name(field.Name.Span).Value(field.Value);
        }

        if (!hasUsage && reply.HasUsage)
        {
            json.Name("usageMetadata"u8);
            GeminiUsage.Write(reply.Usage, json);
        }

        json.Member("modelVersion"u8, context.Model).Member("responseId"u8, JsonString.From(context.Id)).EndObject();
    }

    private void Candidate(FoldedChoice choice)
    {
        var parts = reply.Parts.Where(part => part.Choice == choice.Choice).ToList();
        json.BeginObject();
        if (parts.Count > 0 || choice.Finish != FinishReason.ContentFilter)
        {
            json.BeginObject("content"u8);
            if (parts.Count > 0) Parts(parts);
            json.Member("role"u8, "model"u8).EndObject();
        }

        json.Member("finishReason"u8, GeminiFinish.Word(choice.Finish, choice.RawFinish)).Member("index"u8, choice.Choice);
        var isGrounded = false;
        foreach (var field in Own($"choices[{choice.Choice}]"))
        {
            isGrounded |= field.Name.Is("groundingMetadata"u8) || field.Name.Is("citationMetadata"u8);
            json.Name(field.Name.Span).Value(field.Value);
        }

        var citations = parts.Where(part => part.Citations is not null)
            .SelectMany(part => part.Citations!.Where(citation => citation.Url.IsPresent).Select(citation => (citation, part.Text))).ToList();
        if (!isGrounded && citations.Count > 0) GeminiCitations.Write(citations, json);
        var logprobs = parts.Where(part => part.Logprobs is not null).SelectMany(part => part.Logprobs!).ToList();
        if (logprobs.Count > 0) GeminiLogprobs.Write(logprobs, json);
        json.EndObject();
    }

    private void Parts(List<FoldedPart> parts)
    {
        json.BeginArray("parts"u8);
        JsonString held = default;
        foreach (var part in parts)
        {
            var isReasoning = part.Kind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary;
            if (!isReasoning)
            {
                Part(part, held);
                held = default;
                continue;
            }

            if (held.IsPresent) GeminiParts.Text(json, JsonString.Literal(""u8), false, held);
            held = default;
            var isRedacted = part.Redacted.IsPresent;
            var signature = GeminiSignature.Pack(part.Origin, isRedacted, part.Id, isRedacted ? part.Redacted : part.Signature);
            if (part.Origin == ReasoningOrigin.Gemini && part.Text.IsEmpty && !isRedacted) held = signature; // stands on the part behind it
            else GeminiParts.Text(json, part.Text, true, signature);
        }

        if (held.IsPresent) GeminiParts.Text(json, JsonString.Literal(""u8), false, held);
        json.EndArray();
    }

    private void Part(FoldedPart part, JsonString signature)
    {
        switch (part.Kind)
        {
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                var id = GeminiCallIds.IsMade(part.Id, reply.Id, part.Part) ? default : part.Id;
                GeminiParts.Call(json, id, part.Name, part.Arguments, part.Kind == ReplyPartKind.CustomToolCall, signature);
                break;
            case ReplyPartKind.Media when part.Media is not null:
                GeminiParts.Media(json, part.Media, signature);
                break;
            case ReplyPartKind.Opaque when part.RawDialect == Dialect.GeminiContent:
                json.Value(part.Raw);
                break;
            case ReplyPartKind.Opaque or ReplyPartKind.Media:
                GeminiParts.Lose(part.Raw, context.Losses);
                if (signature.IsPresent) GeminiParts.Text(json, JsonString.Literal(""u8), false, signature);
                break;
            default:
                GeminiParts.Text(json, part.Text, false, signature);
                break;
        }
    }

    private bool Has(ReadOnlySpan<byte> name)
    {
        foreach (var field in Own(""))
        {
            if (field.Name.Is(name)) return true;
        }

        return false;
    }

    private IEnumerable<VendorField> Own(string path) => _isOwn ? reply.Vendor.Where(field => field.Path == path) : [];
}
