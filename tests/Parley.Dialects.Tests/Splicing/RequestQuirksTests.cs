using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Models;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Splicing;

/// <summary>What a model would refuse, and what its request becomes: whole bodies, by model and dialect.</summary>
public sealed class RequestQuirksTests
{
    private const Dialect Chat = Dialect.OpenAIChat, Responses = Dialect.OpenAIResponses, Messages = Dialect.AnthropicMessages;

    private const string Everything =
        """{"model":"m","temperature":0.7,"top_p":0.9,"frequency_penalty":0.5,"presence_penalty":-1,"logprobs":true,"top_logprobs":2,"logit_bias":{"50256":-100},"stop":["x"],"max_tokens":10,"n":1,"seed":7}""";

    public static TheoryData<string, Dialect, string, string, string> Cases => new()
    {
        // OpenAI's reasoning models: everything of the table goes, the limit gets its new name, the rest stays where it was.
        { "o3", Chat, Everything, """{"model":"m","max_completion_tokens":10,"n":1,"seed":7}""", "temperature top_p logprobs top_logprobs frequency_penalty presence_penalty logit_bias stop" },
        { "o1", Chat, Everything, """{"model":"m","stop":["x"],"max_completion_tokens":10,"n":1,"seed":7}""", "temperature top_p logprobs top_logprobs frequency_penalty presence_penalty logit_bias" },
        { "gpt-5-mini", Chat, """{"temperature":0.2}""", "{}", "temperature" },
        { "gpt-5-mini", Responses, """{"temperature":0.2,"top_p":0.5,"top_logprobs":3,"max_output_tokens":9}""", """{"max_output_tokens":9}""", "temperature top_p top_logprobs" },
        // A setting that says the default is taken out all the same (o3-mini refuses the name), but nothing is lost by it.
        { "o3-mini", Chat, """{"temperature":1.0,"top_p":1,"frequency_penalty":0,"presence_penalty":0.0,"logprobs":false,"logit_bias":{ },"x":1}""", """{"x":1}""", "" },
        { "o3-mini", Chat, """{"temperature":null,"logit_bias":null}""", "{}", "" },
        { "o3", Chat, """{"stop":[],"x":1}""", """{"x":1}""", "" },
        { "o3", Chat, """{"temperature":"hot"}""", "{}", "temperature" },
        // Both limits: the one that the model knows counts.
        { "o4-mini", Chat, """{"max_tokens":5,"max_completion_tokens":6}""", """{"max_completion_tokens":6}""", "max_tokens" },
        { "o4-mini", Chat, """{"max_tokens" : 5,"x":1}""", """{"max_completion_tokens" : 5,"x":1}""", "" },
        { "o4-mini", Chat, """{"max\u005ftokens":5}""", """{"max_completion_tokens":5}""", "" },
        { "mistral-large-latest", Chat, """{"max_completion_tokens":5,"temperature":0.1}""", """{"max_tokens":5,"temperature":0.1}""", "" },
        // gpt-5.1 samples as long as it does not reason, which is what it does when nothing is said.
        { "gpt-5.1", Chat, """{"temperature":0.2,"top_p":0.3}""", """{"temperature":0.2,"top_p":0.3}""", "" },
        { "gpt-5.1", Chat, """{"temperature":0.2,"reasoning_effort":"none"}""", """{"temperature":0.2,"reasoning_effort":"none"}""", "" },
        { "gpt-5.2", Chat, """{"temperature":0.2,"reasoning_effort":"low"}""", """{"reasoning_effort":"low"}""", "temperature" },
        { "gpt-5.2", Responses, """{"temperature":0.2,"reasoning":{"summary":"auto","effort":"high"}}""", """{"reasoning":{"summary":"auto","effort":"high"}}""", "temperature" },
        { "gpt-5.2", Responses, """{"temperature":0.2,"reasoning":{"summary":"auto"}}""", """{"temperature":0.2,"reasoning":{"summary":"auto"}}""", "" },
        { "gpt-5.1", Chat, """{"frequency_penalty":0.2,"stop":"x"}""", "{}", "frequency_penalty stop" },
        { "grok-4", Chat, """{"presence_penalty":1,"stop":"x","temperature":0.5}""", """{"temperature":0.5}""", "presence_penalty stop" },
        // Nothing is refused, nothing is known, or it is another dialect's word.
        { "gpt-4o", Chat, Everything, Everything, "" },
        { "my-own-model", Chat, Everything, Everything, "" },
        { "o3", Dialect.OpenAIEmbeddings, Everything, Everything, "" },
        // Claude.
        { "claude-sonnet-4-5", Messages, """{"temperature":0.5,"top_p":0.9,"top_k":5}""", """{"temperature":0.5,"top_k":5}""", "top_p" },
        { "claude-sonnet-4-5", Messages, """{"temperature":0.5,"top_p":1}""", """{"temperature":0.5}""", "" },
        { "claude-sonnet-4-5", Messages, """{"top_p":0.9,"temperature":null}""", """{"top_p":0.9,"temperature":null}""", "" },
        { "claude-3-7-sonnet-latest", Messages, """{"temperature":0.5,"top_p":0.9}""", """{"temperature":0.5,"top_p":0.9}""", "" },
        { "claude-opus-4-7", Messages, """{"temperature":0.5,"top_p":0.9,"top_k":5,"max_tokens":9,"stop_sequences":["x"]}""", """{"max_tokens":9,"stop_sequences":["x"]}""", "temperature top_p top_k" },
        { "anthropic/claude-opus-4.7", Messages, """{"temperature":1}""", "{}", "" },
        { "claude-opus-4-7", Messages, """{"thinking":{"type":"enabled","budget_tokens":2048},"max_tokens":10000}""", """{"output_config":{"effort":"low"},"thinking":{"type":"adaptive"},"max_tokens":10000}""", "thinking.budget_tokens" },
        { "claude-opus-4-7", Messages, """{"thinking":{"type":"enabled","budget_tokens":9000,"display":"summarized"},"output_config":{"effort":"max"},"max_tokens":10000}""", """{"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"max"},"max_tokens":10000}""", "thinking.budget_tokens" },
        { "claude-opus-4-7", Messages, """{"thinking":{"type":"disabled"}}""", """{"thinking":{"type":"disabled"}}""", "" },
        { "claude-fable-5", Messages, """{"thinking":{"type":"disabled"},"x":1}""", """{"x":1}""", "thinking.type" },
        { "claude-opus-4-6", Messages, """{"thinking":{"type":"enabled","budget_tokens":2048}}""", """{"thinking":{"type":"enabled","budget_tokens":2048}}""", "" },
        { "claude-opus-4-7", Messages, """{"thinking":"yes"}""", """{"thinking":"yes"}""", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_Request_IsWhatTheModelTakes(string model, Dialect dialect, string body, string expected, string lost)
    {
        var (spliced, losses) = Apply(model, dialect, body);
        Assert.Equal(expected, spliced);
        Assert.Equal(lost, losses);
    }

    // Every subset of the refused settings, in any order, beside others: what is left is JSON, and holds exactly the others.
    [Fact]
    public void Apply_AnySubsetInAnyOrder_LeavesTheOthers()
    {
        string[] refused = ["\"temperature\":0", "\"top_p\":0", "\"frequency_penalty\":1", "\"presence_penalty\":1", "\"logprobs\":true", "\"top_logprobs\":1", "\"logit_bias\":{\"1\":1}", "\"stop\":\"a\""];
        string[] others = ["\"model\":\"m\"", "\"messages\":[{\"temperature\":1}]", "\"n\":1", "\"x\":{\"stop\":1}"];
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var kept = others.Where(_ => random.Next(2) == 0).ToArray();
            var members = refused.Where(_ => random.Next(2) == 0).Concat(kept).ToArray();
            random.Shuffle(members);
            var (spliced, _) = Apply("o3", Chat, "{ " + string.Join(random.Next(2) == 0 ? " ,\n" : ",", members) + " }");
            var left = JsonNode.Parse(spliced)!.AsObject().Select(member => member.Key).Order();
            Assert.Equal(kept.Select(member => member[1..member.IndexOf('"', 1)]).Order(), left);
        }
    }

    private static (string Body, string Lost) Apply(string model, Dialect dialect, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestEnvelope.Scan(bytes, out var envelope).IsNone);
        var splicer = new RequestSplicer(bytes, in envelope);
        var losses = RequestQuirks.Apply(ref splicer, bytes, in envelope, dialect, ModelTraitsTable.Of(model));
        var result = new byte[splicer.Length];
        splicer.WriteTo(result);
        return (Encoding.UTF8.GetString(result), string.Join(' ', losses?.Losses.Select(loss => loss.Path) ?? []));
    }
}
