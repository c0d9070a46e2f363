using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads a whole answer.</summary>
internal static class GeminiReplyReader
{
    internal static void Read(JsonValue body, IReplySink sink)
    {
        var events = new GeminiEvents();
        events.Read(body, sink);
        if (events.HasFailed) return;
        if (events.IsFinished)
        {
            events.Complete(sink);
            return;
        }

        // Never an empty success, and never a finish reason that nobody gave.
        sink.Accept(new ReplyEvent(ReplyEventKind.Failed)
        {
            Text = JsonString.Literal(events.HasAnswer ? "The answer has no finish reason."u8 : "The answer has no candidates."u8),
            Status = 502,
        });
    }
}
