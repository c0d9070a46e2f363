using System.Text;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Tests.Streaming;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>Damaged input: a request is refused with the field's name or taken, a stream is read as far as it goes; nothing else is ever thrown.</summary>
public sealed class MessagesFuzzTests
{
    private const int Rounds = 3000;

    private const string Request = """
        {"model":"m","max_tokens":4096,"system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],"temperature":0.5,"top_p":0.9,
        "stop_sequences":["a"],"metadata":{"user_id":"u"},"service_tier":"auto","stream":true,
        "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1}}},"strict":true},{"type":"web_search_20250305","name":"web_search"}],
        "tool_choice":{"type":"any","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2000},
        "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object","properties":{}}}},
        "messages":[{"role":"user","content":[{"type":"text","text":"Hi \ud83d\ude00"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},
        {"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"}]},"title":"T"}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"parley1:openai:r:x:abc"},
        {"type":"text","text":"So","citations":[{"type":"char_location","cited_text":"x"}]},{"type":"tool_use","id":"t","name":"f","input":{"b":1.50}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"t"}],"is_error":true},{"type":"search_result","source":"s","title":"t","content":[]}]}]}
        """;

    private static readonly string Stream = Messages.Stream(
        """{"type":"message_start","message":{"id":"msg_1","model":"m","content":[],"usage":{"input_tokens":5,"iterations":[{"input_tokens":1}]},"container":{"id":"c"}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h\u00e9\ud83d"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"x"}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"x","url":"u"}}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"q\":1}"}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t","name":"n","input":{},"caller":{"type":"direct"}}}""",
        """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}""",
        """{"type":"content_block_stop","index":3}""",
        """{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":"x","stop_details":{"explanation":"no"}},"usage":{"output_tokens":2},"context_management":{}}""",
        """{"type":"error","error":{"type":"overloaded_error","message":"m"}}""",
        """{"type":"message_stop"}""");

    private static readonly string[] Pieces = ["null", "{}", "[]", "\"\"", "0", "-1", "1e999", "true", "\"\\ud800\"", "\"text\"", "[[]]", "{\"type\":\"text\"}", "99999999999999999999", "\"data:,\""];

    [Fact]
    public void Requests_Damaged_AreTakenOrRefusedWithTheFieldsName()
    {
        var random = new Random(20260801);
        int taken = 0, refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Damage(Encoding.UTF8.GetBytes(Request), random);
            if (!JsonValue.TryParse(bytes, out var body)) continue;
            try
            {
                var request = Messages.Codec.ReadRequest(body, default);
                foreach (var model in new[] { "alias", "claude-sonnet-4-5", "claude-opus-4-7" }) Messages.Write(request, Messages.Target(model));
                taken++;
            }
            catch (DialectException refusal)
            {
                Assert.NotEmpty(refusal.Path);
                refused++;
            }
        }

        Assert.True(taken > 200 && refused > 200, $"{taken} taken, {refused} refused");
    }

    [Fact]
    public void Streams_Damaged_AreReadAsFarAsTheyGo()
    {
        var random = new Random(20260802);
        for (var round = 0; round < Rounds / 3; round++)
        {
            var bytes = Damage(Encoding.UTF8.GetBytes(Stream), random);
            using var folded = new FoldedReply();
            Messages.ReadStream(bytes, folded, chunk: () => random.Next(1, 500));
            Messages.WriteReply(folded, Messages.Context());
            Messages.WriteStream(sink => Messages.ReadStream(bytes, sink));
            var tap = new MessagesStreamTap();
            Frames.Relay(tap, Encoding.UTF8.GetString(bytes));
        }
    }

    [Fact]
    public void Answers_Damaged_AreReadAsFarAsTheyGo()
    {
        var answer = Messages.Accumulate(Messages.Events(Stream.Replace("\\ud83d", "", StringComparison.Ordinal)).Where(data => (string?)data["type"] != "error")).ToJsonString();
        var random = new Random(20260803);
        for (var round = 0; round < Rounds / 3; round++)
        {
            var bytes = Damage(Encoding.UTF8.GetBytes(answer), random);
            ReplyTapTests.Observed(new MessagesReplyTap(), bytes, 64);
            if (!JsonValue.TryParse(bytes, out var body)) continue;
            using var folded = Messages.Fold(sink => Messages.Codec.ReadReply(body, sink));
            Messages.WriteReply(folded, Messages.Context());
            Messages.Codec.ReadError(body);
        }
    }

    // Most damage keeps the text JSON: a value is put in another's place. Some does not.
    private static byte[] Damage(byte[] bytes, Random random)
    {
        var text = Encoding.UTF8.GetString(bytes);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length);
            if (random.Next(4) == 0)
            {
                text = text.Remove(at, 1).Insert(at, ((char)random.Next(32, 127)).ToString());
                continue;
            }

            var colon = text.IndexOf(':', at);
            if (colon < 0 || colon + 1 >= text.Length) continue;
            var end = End(text, colon + 1);
            if (end > colon) text = string.Concat(text.AsSpan(0, colon + 1), Pieces[random.Next(Pieces.Length)], text.AsSpan(end));
        }

        return Encoding.UTF8.GetBytes(text);
    }

    // The end of the value that starts here: the bracket that closes it, or what stands behind a plain one.
    private static int End(string text, int start)
    {
        var depth = 0;
        var isInside = false;
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && text[i - 1] != '\\') isInside = !isInside;
            if (isInside) continue;
            if (c is '{' or '[') depth++;
            if (c is '}' or ']' && --depth < 0) return i;
            if (c == ',' && depth == 0) return i;
        }

        return -1;
    }
}
