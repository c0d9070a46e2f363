using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Testing;
using Parley.Testing.Schemas;
using Xunit.Abstractions;
using YamlDotNet.RepresentationModel;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>A request of this dialect, read and written in this dialect, is the same request.</summary>
public sealed class ChatRequestRoundTripTests(ITestOutputHelper output)
{
    private const int ExpectedRequests = 21;

    public static TheoryData<string> Messages => new(
        """[{"role":"system","content":"S"},{"role":"developer","content":[{"type":"text","text":"D"}]},{"role":"user","name":"u","content":"Hi"}]""",
        """
        [{"role":"user","content":[{"type":"text","text":"a\u00e9\ud83d\ude00\n"},
          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
          {"type":"image_url","image_url":{"url":"https://x/y.png","x_inner":1},"x_outer":2},
          {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},
          {"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA","filename":"a.pdf"}},
          {"type":"file","file":{"file_data":"AAAA","filename":"b.pdf"}},
          {"type":"file","file":{"file_id":"file-1"},"prompt_cache_breakpoint":{"mode":"explicit"}},
          {"type":"brand_new","x":{"y":[1,2.50]}}]}]
        """,
        """
        [{"role":"user","content":"Hi"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"a.very/odd id","type":"function","function":{"name":"f","arguments":"{\"b\":1.0,\"a\":\"\\u00e9\"}"}},
           {"id":"c2","type":"custom","custom":{"name":"g","input":"free \"text\""}}]},
         {"role":"tool","tool_call_id":"a.very/odd id","content":"one"},
         {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"two"},{"type":"text","text":"three"}]},
         {"role":"assistant","content":[{"type":"text","text":"x"},{"type":"refusal","refusal":"no"}],"audio":{"id":"audio_1"},"name":"bot"},
         {"role":"assistant","content":"y","refusal":"declined","annotations":[{"type":"url_citation","url_citation":{"url":"u"}}]}]
        """,
        """
        [{"role":"user","content":"Hi"},
         {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
         {"role":"function","name":"f","content":"result"}]
        """);

    [Theory]
    [MemberData(nameof(Messages))]
    public void Request_MessagesOfEveryKind_AreTheSame(string messages)
    {
        var body = JsonNode.Parse($$"""{"model":"gpt-4.1","messages":{{messages}}}""")!;
        var (written, losses, _) = ChatRun.Write(ChatRun.Read(body.ToJsonString()), ChatRun.OpenAI);
        Same(body, written);
        Assert.Empty(losses.Losses);
        ChatSchemas.Check("ChatCompletionRequestMessage", JsonNode.Parse("""{"role":"user","content":"x"}""")!);
    }

    [Fact]
    public void Request_ReasoningAndCacheMarkersToCompatibleServer_AreTheSame()
    {
        var body = JsonNode.Parse("""
            {"model":"some-model","messages":[
             {"role":"system","content":[{"type":"text","text":"S","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
             {"role":"user","content":"Hi","cache_control":{"type":"ephemeral"}},
             {"role":"assistant","content":"x","reasoning_content":"thoughts","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},
               "extra_content":{"google":{"thought_signature":"SIG"}}}]},
             {"role":"tool","tool_call_id":"c1","content":"r"},
             {"role":"assistant","content":"y","reasoning_content":"ab","reasoning_details":[
               {"type":"reasoning.text","text":"a","signature":"s1","format":"anthropic-claude-v1","index":0},
               {"type":"reasoning.encrypted","data":"R","format":"anthropic-claude-v1","index":1},
               {"type":"reasoning.summary","summary":"b","id":"rs_1","format":"openai-responses-v1","index":2},
               {"type":"reasoning.encrypted","data":"E","id":"rs_1","format":"openai-responses-v1","index":3}]}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{}},"cache_control":{"type":"ephemeral"}}],
             "max_tokens":5,"top_k":3,"min_p":0.1,"thinking":{"type":"enabled","budget_tokens":1024}}
            """)!;
        var (written, losses, _) = ChatRun.Write(ChatRun.Read(body.ToJsonString()), ChatRun.Compatible);
        Same(body, written);
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void Request_EachPropertyOfTheSchema_IsKnownAndCarried()
    {
        foreach (var sample in ChatRequestSamples.All)
        {
            var body = ChatRequestSamples.Request(sample);
            var target = sample.Property is "max_tokens" or "top_k" or "reasoning" or "thinking" ? ChatRun.Compatible : ChatRun.OpenAI;
            var (written, losses, _) = ChatRun.Write(ChatRun.Read(body), target);
            var expected = JsonNode.Parse(body)!;
            expected["model"] = target.Model.ToText();
            // The gateway asks every stream for usage.
            if (expected["stream"] is not null) (expected["stream_options"] ??= new JsonObject())["include_usage"] = true;
            Same(expected, written);
            Assert.True(losses.Count == 0, sample.Property);
        }
    }

    [Fact]
    public void Samples_CoverEveryPropertyOfOpenAIsDocument()
    {
        if (SharedFiles.Find("specs/openai.openapi.yaml") is not { } file)
        {
            output.WriteLine("../shared/specs is not there: the samples were not compared with OpenAI's document.");
            return;
        }

        var schemas = YamlAsJson.Read(file)!["components"]!["schemas"]!;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Collect(schemas, "CreateChatCompletionRequest", names);
        Assert.True(names.Count >= 37, string.Join(' ', names));
        Assert.Empty(names.Except(ChatRequestSamples.All.Select(s => s.Property)));
    }

    [Fact]
    public void RecordedRequests_ReadAndWritten_AreTheSame()
    {
        var seen = 0;
        foreach (var file in Recordings.Files("envoy-ai-gateway", ".yaml").Where(f => Path.GetFileName(f).Contains("chat-", StringComparison.Ordinal)))
        {
            var yaml = new YamlStream();
            using var text = new StreamReader(file);
            yaml.Load(text);
            foreach (var interaction in ((YamlSequenceNode)yaml.Documents[0].RootNode["interactions"]).Children)
            {
                var body = interaction["request"]["body"].ToString();
                seen++;
                var expected = JsonNode.Parse(body)!;
                // The two that OpenAI itself has answered with 400 for what the reader checks.
                if (expected["messages"] is not JsonArray { Count: > 0 } messages || messages[0]!["content"] is null)
                {
                    Assert.Throws<DialectException>(() => ChatRun.Read(body));
                    continue;
                }

                var target = ChatRun.Target(expected["model"]!.ToString(), isOpenAI: true);
                var (written, losses, _) = ChatRun.Write(ChatRun.Read(body), target);
                if (expected["stream"] is not null) (expected["stream_options"] ??= new JsonObject())["include_usage"] = true;
                Same(expected, written);
                Assert.True(losses.Count == 0, Recordings.Name(file));
            }
        }

        output.WriteLine(seen == 0 ? $"../shared/recordings is not there: none of {ExpectedRequests} requests was read." : $"{seen} of {ExpectedRequests} requests read.");
        if (seen != 0) Assert.Equal(ExpectedRequests, seen);
    }

    private static void Collect(JsonNode schemas, string name, SortedSet<string> names)
    {
        Walk(schemas[name]);

        void Walk(JsonNode? node)
        {
            foreach (var (key, value) in node as JsonObject ?? [])
            {
                if (key == "$ref") Walk(schemas[value!.ToString().Split('/')[^1]]);
                else if (key == "allOf") foreach (var part in value!.AsArray()) Walk(part);
                else if (key == "properties") foreach (var property in value!.AsObject()) names.Add(property.Key);
            }
        }
    }

    private static void Same(JsonNode expected, JsonNode written)
    {
        var (a, b) = (ChatNormal.Request(expected), ChatNormal.Request(written));
        Assert.True(JsonNode.DeepEquals(a, b), $"expected {a.ToJsonString(Indented)}\nwritten {b.ToJsonString(Indented)}");
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
