using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Embeddings;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.Embeddings;

/// <summary>Titan's and Cohere's embeddings behind OpenAI's request and answer: whole bodies.</summary>
public sealed class BedrockEmbeddingsTests
{
    [Theory]
    [InlineData("amazon.titan-embed-text-v2:0", """{"input":["a\n","b"],"dimensions":256,"normalize":false}""", """{"inputText":"a\n","dimensions":256,"normalize":false}|{"inputText":"b","dimensions":256,"normalize":false}""", "")]
    [InlineData("amazon.titan-embed-text-v1", """{"input":"a","dimensions":256,"user":"u"}""", """{"inputText":"a"}""", "dimensions,user")]
    [InlineData("amazon.titan-embed-image-v1", """{"input":"a","dimensions":384}""", """{"inputText":"a","embeddingConfig":{"outputEmbeddingLength":384}}""", "")]
    public void Titan_TakesOneTextACall(string model, string request, string bodies, string lost) => Check(TitanEmbeddingsCodec.Instance, model, request, bodies, lost);

    [Theory]
    [InlineData("cohere.embed-english-v3", """{"input":["a","b"]}""", """{"texts":["a","b"],"input_type":"search_document","embedding_types":["float"]}""", "")]
    [InlineData("cohere.embed-multilingual-v3", """{"input":"a","input_type":"search_query","truncate":"END","dimensions":256,"user":"u"}""", """{"texts":["a"],"input_type":"search_query","truncate":"END","embedding_types":["float"]}""", "dimensions,user")]
    [InlineData("cohere.embed-v4:0", """{"input":"a","dimensions":1024}""", """{"texts":["a"],"input_type":"search_document","embedding_types":["float"],"output_dimension":1024}""", "")]
    public void Cohere_TakesManyTextsACall(string model, string request, string bodies, string lost) => Check(CohereEmbeddingsCodec.Instance, model, request, bodies, lost);

    [Fact]
    public void Cohere_TakesNinetySixTextsAtMost()
    {
        var request = EmbeddingsRequest.Read(Value($$"""{"input":[{{string.Join(',', Enumerable.Repeat("\"x\"", 200))}}]}"""));
        Assert.Equal(3, CohereEmbeddingsCodec.Instance.WriteRequests(request, "cohere.embed-english-v3", new LossReport()).Count);
    }

    [Fact]
    public void Titan_Answers_AreGatheredAndCounted()
    {
        var answer = new EmbeddingsAnswer();
        TitanEmbeddingsCodec.Instance.ReadReply(Value("""{"embedding":[0.10,-1],"inputTextTokenCount":3,"embeddingsByType":{"float":[0.10,-1]}}"""), answer);
        TitanEmbeddingsCodec.Instance.ReadReply(Value("""{"embedding":[2],"inputTextTokenCount":4}"""), answer);
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"m","usage":{"prompt_tokens":7,"total_tokens":7}}""",
            Written(answer));
    }

    [Theory]
    [InlineData("""{"id":"i","embeddings":[[1,2],[3]],"texts":["a","b"]}""")]
    [InlineData("""{"id":"i","embeddings":{"float":[[1,2],[3]]},"response_type":"embeddings_by_type"}""")]
    public void Cohere_Answers_AreReadInBothForms_AndCountedByTheHeader(string body)
    {
        var answer = new EmbeddingsAnswer();
        CohereEmbeddingsCodec.Instance.ReadReply(Value(body), answer);
        answer.AddTokens(5);
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,2]},{"object":"embedding","index":1,"embedding":[3]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5}}""",
            Written(answer));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"embedding":"x","embeddings":1}""")]
    [InlineData("""{"embedding":["x"],"embeddings":[["x"]]}""")]
    public void Answers_WithoutVectors_AreTheProvidersFault(string body)
    {
        Assert.Throws<DialectException>(() => TitanEmbeddingsCodec.Instance.ReadReply(Value(body), new EmbeddingsAnswer()));
        Assert.Throws<DialectException>(() => CohereEmbeddingsCodec.Instance.ReadReply(Value(body), new EmbeddingsAnswer()));
    }

    private static void Check(EmbeddingsCodec codec, string model, string request, string bodies, string lost)
    {
        var losses = new LossReport();
        var written = codec.WriteRequests(EmbeddingsRequest.Read(Value(request)), model, losses);
        Assert.Equal(bodies, string.Join('|', written.Select(body => Encoding.UTF8.GetString(body.Span))));
        Assert.Equal(lost, string.Join(',', losses.Losses.Select(loss => loss.Path)));
    }

    private static string Written(EmbeddingsAnswer answer)
    {
        using var buffer = new PooledBuffer();
        answer.Write(JsonString.From("m"), false, new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    private static JsonValue Value(string json) => new(Encoding.UTF8.GetBytes(json));
}
