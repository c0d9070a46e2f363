using Parley.Dialects.Conversations;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes a request. Model and stream go into the path, which is not the codec's.</summary>
internal static class GeminiRequestWriter
{
    internal static void Write(RequestWriting writing)
    {
        var json = writing.Json;
        var conversation = writing.Conversation;
        var isOwn = conversation.Origin == Dialect.GeminiContent;
        json.BeginObject();
        new GeminiContentWriter(writing).Write();
        new GeminiToolWriter(writing).Write();
        GeminiConfigWriter.Write(writing);
        json.MemberIfPresent("safetySettings"u8, writing.Take(RequestField.SafetySettings));
        json.MemberIfPresent("cachedContent"u8, writing.Take(RequestField.CachedContent));
        if (isOwn) json.MemberIfPresent("labels"u8, writing.Take(RequestField.Metadata));
        foreach (var field in writing.Vendor(conversation.Vendor))
        {
            if (!field.Path.Contains('.', StringComparison.Ordinal)) json.Name(field.Name.Span).Value(field.Value);
        }

        json.EndObject();
        TakeDefaults(writing);
        writing.ReportRest();
    }

    // What asks for nothing but the usual is not lost where there is no word for it.
    private static void TakeDefaults(RequestWriting writing)
    {
        if (writing.Peek(RequestField.ParallelToolCalls).IsTrue) writing.Take(RequestField.ParallelToolCalls);
        if (writing.Peek(RequestField.Store).IsFalse) writing.Take(RequestField.Store);
        if (writing.Peek(RequestField.Background).IsFalse) writing.Take(RequestField.Background);
        if (writing.Peek(RequestField.Truncation).AsString().Is("disabled"u8)) writing.Take(RequestField.Truncation);
        if (writing.Peek(RequestField.ServiceTier).AsString() is var tier && (tier.Is("auto"u8) || tier.Is("default"u8))) writing.Take(RequestField.ServiceTier);
    }
}
