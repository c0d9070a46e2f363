using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>The events that plain and streamed answers have in common.</summary>
internal static class ConverseReplyEvents
{
    internal static void Usage(JsonValue usage, IReplySink sink)
    {
        if (!usage.IsObject) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = ConverseUsage.Read(usage), Raw = usage, RawDialect = Dialect.BedrockConverse });
    }

    internal static void Vendor(JsonField member, IReplySink sink) =>
        sink.Accept(new ReplyEvent(ReplyEventKind.Vendor) { Name = member.Name, Raw = member.Value, RawDialect = Dialect.BedrockConverse, Choice = -1 });

    /// <summary>The end of the message. Claude's stop sequence comes only when it was asked for by <c>additionalModelResponseFieldPaths</c>.</summary>
    internal static void Finished(JsonValue reason, JsonValue additional, IReplySink sink)
    {
        var word = reason.AsString();
        var stop = additional.Member("stop_sequence"u8);
        if (!stop.IsString) stop = additional.Member("delta"u8).Member("stop_sequence"u8);
        sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = ConverseFinish.Of(word), Text = word, Name = stop.AsString() });
    }
}
