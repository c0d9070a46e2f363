using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.Conversations;

public sealed class PartSequencerTests
{
    [Fact]
    public void WaitingEvents_WhenTheFrameIsOverwritten_KeepWhatTheySaid()
    {
        var frame = Encoding.UTF8.GetBytes("""https://a.example|A title|some words|{"url":"x"}|call_1|get_it|{"b":1}""");
        var at = 0;
        JsonString Next()
        {
            var end = Array.IndexOf(frame, (byte)'|', at);
            var text = new JsonString(frame.AsMemory(at, (end < 0 ? frame.Length : end) - at));
            at = end + 1;
            return text;
        }

        var (url, title, words, raw, id, name, delta) = (Next(), Next(), Next(), new JsonValue(Next().Raw), Next(), Next(), Next());
        using var folded = new FoldedReply();
        using var sequencer = new PartSequencer(folded);
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 0, PartKind = ReplyPartKind.ToolCall, Id = id, Name = name });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = 1, PartKind = ReplyPartKind.Text });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 1, PartKind = ReplyPartKind.Text, Text = words });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.Cited)
        {
            Part = 1,
            PartKind = ReplyPartKind.Text,
            Detail = new Citation(Dialect.OpenAIChat, raw) { Url = url, Title = title, CitedText = words },
        });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Part = 2,
            PartKind = ReplyPartKind.Media,
            Detail = new MediaPart(MediaKind.Image, MediaSourceKind.Base64, words) { MediaType = title },
        });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = 0, PartKind = ReplyPartKind.ToolCall, Text = delta });
        frame.AsSpan().Fill((byte)'#'); // the next read of the socket
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 1, PartKind = ReplyPartKind.Text });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 2, PartKind = ReplyPartKind.Media });
        sequencer.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = 0, PartKind = ReplyPartKind.ToolCall });

        Assert.Equal([ReplyPartKind.ToolCall, ReplyPartKind.Text, ReplyPartKind.Media], folded.Parts.Select(part => part.Kind));
        var citation = Assert.Single(folded.Parts[1].Citations!);
        Assert.Equal(
            ("https://a.example", "A title", "some words", """{"url":"x"}"""),
            (citation.Url.ToText(), citation.Title.ToText(), citation.CitedText.ToText(), citation.Raw.ToString()));
        Assert.Equal(("some words", "A title"), (folded.Parts[2].Media!.Data.ToText(), folded.Parts[2].Media!.MediaType.ToText()));
    }
}
