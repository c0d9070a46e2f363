using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Streams as servers send them and as they break.</summary>
public sealed class ChatStreamTests
{
    private const string Text = """{"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}""";
    private const string End = """{"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    [Fact]
    public void Read_RandomInterleavingsOfChoicesCallsAndTexts_GiveTheSameCallsAndTexts()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var lanes = new List<Queue<string>>();
            var expected = new List<string>();
            var choices = random.Next(1, 4);
            for (var choice = 0; choice < choices; choice++)
            {
                var text = Word(random, 20);
                expected.Add($"{choice} text {text}");
                lanes.Add(new Queue<string>(Split(random, text).Select(p => Delta(choice, $$"""{"content":{{Quote(p)}}}"""))));
                for (var call = 0; call < random.Next(0, 4); call++)
                {
                    var (id, arguments) = ($"id{choice}{call}", $$"""{"a":{{Quote(Word(random, 12))}},"n":1.0}""");
                    expected.Add($"{choice} call {id} f{call} {arguments}");
                    var repeats = random.Next(3);
                    var first = $$$"""{"index":{{{call}}},"id":"{{{id}}}","type":"function","function":{"name":"f{{{call}}}","arguments":""}}""";
                    var pieces = Split(random, arguments).Select(p => repeats switch
                    {
                        0 => $$$"""{"index":{{{call}}},"function":{"arguments":{{{Quote(p)}}}}}""",
                        1 => $$$"""{"index":{{{call}}},"id":"{{{id}}}","function":{"name":"f{{{call}}}","arguments":{{{Quote(p)}}}}}""",
                        _ => $$$"""{"id":"{{{id}}}","function":{"name":"","arguments":{{{Quote(p)}}}}}""",
                    });
                    lanes.Add(new Queue<string>(pieces.Prepend(first).Select(p => Delta(choice, $$"""{"tool_calls":[{{p}}]}"""))));
                }
            }

            var events = new List<string>();
            while (lanes.Exists(l => l.Count > 0))
            {
                var lane = lanes[random.Next(lanes.Count)];
                if (lane.TryDequeue(out var next)) events.Add(next);
            }

            for (var choice = 0; choice < choices; choice++)
                events.Add($$"""{"id":"c1","model":"m","choices":[{"index":{{choice}},"delta":{},"finish_reason":"tool_calls"}]}""");
            var stream = ChatRun.Events(events.Append("[DONE]"));

            Assert.Equal(expected.Order(StringComparer.Ordinal), Said(stream));
            Assert.Equal(expected.Order(StringComparer.Ordinal), Said(ChatRun.Rewrite(stream, ChatRun.Context(isStream: true), () => random.Next(1, 200))));
        }
    }

    [Theory]
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}|{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}""", "a f {}|b f {}")]
    [InlineData("""{"id":"a","function":{"name":"f","arguments":{"x":1}}}|{"id":"b","function":{"name":"g","arguments":{}}}""", """a f {"x":1}|b g {}""")]
    [InlineData("""{"index":0,"function":{"name":"f","arguments":"{"}}|{"index":0,"function":{"arguments":"}"}}""", "call_c1_0 f {}")]
    [InlineData("""{"index":0,"id":"a","function":{"arguments":"{"}}|{"index":0,"function":{"name":"f","arguments":"}"}}""", "a f {}")]
    [InlineData("""{"index":1,"id":"a","type":"function","function":{"name":"f"}}|{"index":1,"function":{"arguments":"{\"a\":\"\\u00e9\"}"}}""", """a f {"a":"\u00e9"}""")]
    public void Read_CallsAsServersSendThem_AreWhole(string pieces, string expected)
    {
        var events = pieces.Split('|').Select(p => Delta(0, $$"""{"tool_calls":[{{p}}]}""")).Append(End).Append("[DONE]");
        using var reply = ChatRun.FoldStream(ChatRun.Events(events));
        Assert.Equal(expected, string.Join('|', reply.Parts.Select(p => $"{p.Id} {p.Name} {Encoding.UTF8.GetString(p.Arguments.Span)}")));
        Assert.Equal(FinishReason.ToolCalls, reply.Ending!.Finish);
    }

    [Fact]
    public void Read_ThoughtsWithSignatures_ComeBackInAPlainAnswerAndInAStream()
    {
        var stream = ChatRun.Events([
            Delta(0, """{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","format":"anthropic-claude-v1","index":0}]}"""),
            Delta(0, """{"reasoning_details":[{"type":"reasoning.text","signature":"SIG","format":"anthropic-claude-v1","index":0}]}"""),
            Delta(0, """{"reasoning_details":[{"type":"reasoning.encrypted","data":"RED","format":"anthropic-claude-v1","index":1}]}"""),
            Delta(0, """{"tool_calls":[{"index":0,"id":"k","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"G"}}}]}"""),
            End, "[DONE]"]);
        const string Expected = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"asked","choices":[{"index":0,"message":{
              "role":"assistant","content":null,"refusal":null,"reasoning_content":"a","reasoning_details":[
                {"type":"reasoning.text","text":"a","signature":"SIG","format":"anthropic-claude-v1","index":0},
                {"type":"reasoning.encrypted","data":"RED","format":"anthropic-claude-v1","index":1},
                {"type":"reasoning.encrypted","data":"G","id":"k","format":"google-gemini-v1","index":2}],
              "tool_calls":[{"id":"k","type":"function","function":{"name":"f","arguments":"{}"}}],"annotations":[]},
              "logprobs":null,"finish_reason":"stop"}]}
            """;
        foreach (var each in new[] { stream, ChatRun.Rewrite(stream, ChatRun.Context(isStream: true)) })
        {
            using var reply = ChatRun.FoldStream(each);
            var written = ChatRun.WriteReply(reply);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), written), written.ToJsonString());
        }
    }

    [Fact]
    public void Write_TextCallAndUsage_IsTheStreamOpenAIWouldSend()
    {
        var stream = ChatRun.Events([
            Delta(0, """{"content":"Hi"}"""),
            Delta(0, """{"tool_calls":[{"index":3,"id":"k","function":{"name":"f","arguments":""}}]}"""),
            """{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":2}}}""",
            "[DONE]"]);
        const string Head = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"asked\",\"choices\":[";
        const string Tail = "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
        var expected = Head + """{"index":0,"delta":{"role":"assistant","content":"","refusal":null},""" + Tail
            + Head + """{"index":0,"delta":{"content":"Hi"},""" + Tail
            + Head + """{"index":0,"delta":{"tool_calls":[{"index":0,"id":"k","type":"function","function":{"name":"f","arguments":""}}]},""" + Tail
            + Head + """{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]},""" + Tail
            + Head + """{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}]}""" + "\n\n"
            + "data: [DONE]\n\n";
        Assert.Equal(expected, ChatRun.Rewrite(stream, ChatRun.Context(isStream: true, wantsUsage: false)));
        var withUsage = ChatRun.Rewrite(stream, ChatRun.Context(isStream: true));
        Assert.Equal(expected.Replace("]}\n\n", "],\"usage\":null}\n\n", StringComparison.Ordinal).Replace("data: [DONE]",
            Head + """],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":2,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}""" + "\n\ndata: [DONE]",
            StringComparison.Ordinal), withUsage);
        ChatSchemas.CheckStream(withUsage);
    }

    [Fact]
    public void Read_CutAnywhere_IsFinishedOnlyByItsOwnEnd()
    {
        var stream = ChatRun.Events([Text, End, "[DONE]"]);
        var finish = stream.IndexOf(End, StringComparison.Ordinal) + End.Length;
        for (var at = 0; at <= stream.Length; at++)
        {
            using var reply = new FoldedReply();
            var reader = ChatRun.Stream(stream[..at], new OrderChecker(reply), () => 7);
            Assert.Equal(at >= finish, reader.IsFinished);
            Assert.Equal(at >= finish, reply.IsCompleted);
        }
    }

    [Theory]
    [InlineData("""{"error":{"message":"busy","type":"server_error","code":"overloaded"}}""", "busy", "overloaded", 0)]
    [InlineData("""{"object":"error","message":"too long","code":400}""", "too long", "400", 400)]
    [InlineData("""{"id":"c1","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"message":"gone","code":502}}]}""", "gone", "502", 502)]
    public void Read_ErrorInTheStream_Fails(string chunk, string message, string code, int status)
    {
        var seen = new List<(ReplyEventKind Kind, string Text, string Name, int Status)>();
        var reader = ChatRun.Stream(ChatRun.Events([Text, chunk, End, "[DONE]"]), new OrderChecker(new Recorder(seen)));
        Assert.False(reader.IsFinished);
        Assert.Equal((ReplyEventKind.Failed, message, code, status), seen[^1]);
        var sent = ChatRun.Rewrite(ChatRun.Events([Text, chunk, End, "[DONE]"]), ChatRun.Context(isStream: true));
        Assert.DoesNotContain("[DONE]", sent, StringComparison.Ordinal);
        Assert.Equal(message, JsonNode.Parse(ChatRun.Data(sent)[^1])!["error"]!["message"]!.ToString());
        ChatSchemas.CheckStream(sent);
    }

    [Fact]
    public void ReadAndWrite_OrdinaryDeltas_AllocateNothing()
    {
        var one = Encoding.UTF8.GetBytes(ChatRun.Events(["""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null}"""]));
        using var output = new PooledBuffer();
        using var writer = ChatCodec.Instance.CreateWriter(ChatRun.Context(isStream: true), output);
        using var frames = new SseFrameReader();
        var reader = new ChatStreamReader();
        long allocated = 0;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                one.CopyTo(frames.GetMemory());
                frames.Advance(one.Length);
                while (frames.TryRead(out var frame)) reader.Read(frame, writer);
                output.Clear();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(allocated == 0, $"{allocated} bytes for 1000 deltas");
    }

    [Fact]
    public void Fuzz_MutatedTexts_GiveNothingButWhatIsPromised()
    {
        var random = new Random(1);
        var requests = ChatRequestSamples.All.Select(ChatRequestSamples.Request).ToList();
        foreach (var row in (IEnumerable<object[]>)ChatRequestRoundTripTests.Messages) requests.Add($$"""{"model":"m","messages":{{(string)row[0]}}}""");
        var answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"a","index":0}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}],"annotations":[{"type":"url_citation","url_citation":{"url":"u","start_index":1}}],"audio":{"id":"a","data":"AA"}},"logprobs":{"content":[{"token":"x"}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}""";
        for (var i = 0; i < 20000; i++)
        {
            var body = Mutate(random, requests[random.Next(requests.Count)]);
            if (Parley.Dialects.Json.JsonValue.TryParse(body, out var value))
            {
                try
                {
                    ChatRun.Write(ChatCodec.Instance.ReadRequest(value, default), i % 2 == 0 ? ChatRun.OpenAI : ChatRun.Compatible);
                }
                catch (DialectException)
                {
                    // The caller's fault, said as such.
                }
            }

            var reply = Mutate(random, answer);
            if (Parley.Dialects.Json.JsonValue.TryParse(reply, out var read))
            {
                using var folded = new FoldedReply();
                ChatCodec.Instance.ReadReply(read, new OrderChecker(folded));
                ChatRun.WriteReply(folded);
                ChatCodec.Instance.ReadError(read);
            }

            var chunk = Encoding.UTF8.GetString(Mutate(random, answer.Replace("\"message\"", "\"delta\"", StringComparison.Ordinal))).Replace('\n', ' ').Replace('\r', ' ');
            ChatRun.Rewrite(ChatRun.Events([Text, chunk, chunk, End, "[DONE]"]), ChatRun.Context(isStream: true));
        }
    }

    private static byte[] Mutate(Random random, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json).ToList();
        var tokens = new[] { "null", "1", "\"\"", "[]", "{}", "true", "\"\\ud800\"", "-0.0", "1e999" };
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            // Most mutations replace a whole value, so that the text stays JSON.
            var start = bytes.IndexOf((byte)':', at) + 1;
            if (random.Next(4) == 0 || start == 0)
            {
                bytes[at] = (byte)random.Next(256);
                continue;
            }

            var reader = new System.Text.Json.Utf8JsonReader(bytes.Skip(start).ToArray());
            try
            {
                reader.Read();
                reader.Skip();
            }
            catch (System.Text.Json.JsonException)
            {
                continue;
            }

            bytes.RemoveRange(start, (int)reader.BytesConsumed);
            bytes.InsertRange(start, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
        }

        return [.. bytes];
    }

    private static List<string> Said(string stream)
    {
        using var reply = ChatRun.FoldStream(stream);
        Assert.True(reply.IsCompleted);
        var said = reply.Parts.Where(p => p.Kind == ReplyPartKind.ToolCall)
            .Select(p => $"{p.Choice} call {p.Id} {p.Name} {Encoding.UTF8.GetString(p.Arguments.Span)}").ToList();
        said.AddRange(reply.Parts.Where(p => p.Kind == ReplyPartKind.Text).GroupBy(p => p.Choice)
            .Select(g => $"{g.Key} text {string.Concat(g.Select(p => p.Text.ToText()))}"));
        return [.. said.Order(StringComparer.Ordinal)];
    }

    private static string Delta(int choice, string delta) => $$"""{"id":"c1","model":"m","choices":[{"index":{{choice}},"delta":{{delta}},"finish_reason":null}]}""";

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Word(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => "abc\"\\\n\té😀"[random.Next(8)]));

    private static IEnumerable<string> Split(Random random, string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var take = Math.Min(random.Next(1, 5), text.Length - at);
            yield return text.Substring(at, take);
            at += take;
        }
    }

    private sealed class Recorder(List<(ReplyEventKind Kind, string Text, string Name, int Status)> seen) : IReplySink
    {
        public void Accept(in ReplyEvent reply) => seen.Add((reply.Kind, reply.Text.ToText(), reply.Name.ToText(), reply.Status));
    }
}
