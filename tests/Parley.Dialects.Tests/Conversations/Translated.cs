using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Tests.Matrix;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.Conversations;

/// <summary>Takes texts from one dialect to another the way the relay does.</summary>
internal static class Translated
{
    internal static (JsonNode Body, string[] Lost, RequestWriting Writing) Request(Dialect surface, string body, Dialect target, string model, bool isOpenAI = true)
    {
        var conversation = DialectCodecs.Of(surface).ReadRequest(JsonValue.Of(Encoding.UTF8.GetBytes(body)), new RequestHints(JsonString.From("asked"), false));
        using var output = new PooledBuffer();
        var losses = new LossReport();
        var writing = new RequestWriting(
            conversation, new TranslationTarget(target, JsonString.From(model), ModelTraitsTable.Of(model)) { IsOpenAI = isOpenAI }, new JsonOutput(output), losses);
        DialectCodecs.Of(target).WriteRequest(writing);
        return (JsonNode.Parse(output.Span)!, [.. losses.Losses.Select(loss => loss.Path)], writing);
    }

    internal static (string Text, TranslatingStreamTap Tap, ReplyContext Context) Stream(Dialect provider, Dialect surface, params string[] events)
    {
        var context = MatrixReplies.Context(surface, isStream: true);
        var output = new PooledBuffer();
        using var tap = new TranslatingStreamTap(
            DialectCodecs.Of(provider).CreateReader(), DialectCodecs.Of(surface).CreateWriter(context, output), output, default, context);
        var text = new StringBuilder();
        MatrixReplies.Feed(provider, events, tap, bytes => text.Append(Encoding.UTF8.GetString(bytes)));
        return (text.ToString(), tap, context);
    }

    internal static (JsonNode Body, ReplyContext Context) Plain(Dialect provider, Dialect surface, string body)
    {
        var context = MatrixReplies.Context(surface, isStream: false);
        using var folded = new FoldedReply();
        DialectCodecs.Of(provider).ReadReply(JsonValue.Of(Encoding.UTF8.GetBytes(body)), new CallerReplySink(context.Request, context.Losses, folded));
        using var output = new PooledBuffer();
        DialectCodecs.Of(surface).WriteReply(folded, context, new JsonOutput(output));
        return (JsonNode.Parse(output.Span)!, context);
    }
}
