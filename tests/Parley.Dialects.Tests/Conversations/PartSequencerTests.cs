using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Tests.OpenAIChat;

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

    // What still comes for a text whose place another part has taken: behind the call when that is open, at once when nothing is.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_WhenACallBegins_IsClosed_AndGoesOnInANewPart(bool callHasEnded)
    {
        var heard = new Recorder();
        using var sequencer = new PartSequencer(new OrderChecker(heard));
        sequencer.Accept(new ReplyEvent(ReplyEventKind.Started));
        Start(0, ReplyPartKind.Text);
        Say(0, ReplyPartKind.Text, "a");
        Start(1, ReplyPartKind.ToolCall);
        Say(1, ReplyPartKind.ToolCall, "{}");
        if (callHasEnded) End(1, ReplyPartKind.ToolCall);
        Say(0, ReplyPartKind.Text, "b");
        if (!callHasEnded) End(1, ReplyPartKind.ToolCall);
        Say(0, ReplyPartKind.Text, "c");
        End(0, ReplyPartKind.Text);
        Assert.Equal(
            ["Started 0 Text", "PartStarted 0 Text", "Delta 0 Text a", "PartEnded 0 Text", "PartStarted 1 ToolCall", "Delta 1 ToolCall {}", "PartEnded 1 ToolCall",
             "PartStarted 2 Text", "Delta 2 Text b", "Delta 2 Text c", "PartEnded 2 Text"], heard.Lines);

        void Start(int part, ReplyPartKind kind) => sequencer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = part, PartKind = kind });
        void Say(int part, ReplyPartKind kind, string text) => sequencer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = part, PartKind = kind, Text = JsonString.From(text) });
        void End(int part, ReplyPartKind kind) => sequencer.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = kind });
    }

    [Fact]
    public void Calls_ThatWait_ComeInTheOrderInWhichTheyBegan()
    {
        var heard = new Recorder();
        using var sequencer = new PartSequencer(new OrderChecker(heard));
        sequencer.Accept(new ReplyEvent(ReplyEventKind.Started));
        for (var part = 0; part < 4; part++) sequencer.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { Part = part, PartKind = ReplyPartKind.ToolCall, Id = JsonString.From($"c{part}") });
        foreach (var part in (int[])[3, 1, 2, 0])
        {
            sequencer.Accept(new ReplyEvent(ReplyEventKind.Delta) { Part = part, PartKind = ReplyPartKind.ToolCall, Text = JsonString.From($"{part}") });
            sequencer.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Part = part, PartKind = ReplyPartKind.ToolCall });
        }

        string[] whole = ["Started 0 Text", .. Enumerable.Range(0, 4).SelectMany(part => (string[])[$"PartStarted {part} ToolCall", $"Delta {part} ToolCall {part}", $"PartEnded {part} ToolCall"])];
        Assert.Equal(whole, heard.Lines);
    }

    private sealed class Recorder : IReplySink
    {
        internal List<string> Lines { get; } = [];

        public void Accept(in ReplyEvent reply) => Lines.Add($"{reply.Kind} {reply.Part} {reply.PartKind} {reply.Text.ToText()}".TrimEnd());
    }
}
