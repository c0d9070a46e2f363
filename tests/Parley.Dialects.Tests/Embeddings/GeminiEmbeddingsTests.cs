using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Embeddings;
using Parley.Dialects.Json;
using Parley.Dialects.Tests.GeminiContent;

namespace Parley.Dialects.Tests.Embeddings;

/// <summary>OpenAI's embeddings in front of Google's.</summary>
public sealed class GeminiEmbeddingsTests
{
    private static EmbeddingsRequest Read(string body) => EmbeddingsRequest.Read(Gemini.Json(body));

    [Fact]
    public void Request_Written_IsABatchAndTellsWhatItLost()
    {
        var losses = new LossReport();
        var bodies = GeminiEmbeddingsCodec.Instance.WriteRequests(
            Read("""{"model":"e","input":["a","b\n"],"dimensions":64,"task_type":"RETRIEVAL_QUERY","user":"u"}"""), "gemini-embedding-001", losses);
        Gemini.Equal("""
            {"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":64},
              {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b\n"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":64}]}
            """, Encoding.UTF8.GetString(Assert.Single(bodies).Span));
        Assert.Equal("user", Assert.Single(losses.Losses).Path);
    }

    [Fact]
    public void Request_OfManyTexts_IsSeveralBatches()
    {
        var input = string.Join(',', Enumerable.Range(0, 205).Select(i => $"\"t{i}\""));
        var bodies = GeminiEmbeddingsCodec.Instance.WriteRequests(Read($$"""{"input":[{{input}}]}"""), "e", new LossReport());
        Assert.Equal([100, 100, 5], bodies.Select(body => Count(Gemini.Json(Encoding.UTF8.GetString(body.Span)).Member("requests"u8).Items)));
    }

    [Fact]
    public void Answers_AreOneAnswerInTheFormThatWasAsked()
    {
        var answer = new EmbeddingsAnswer();
        GeminiEmbeddingsCodec.Instance.ReadReply(Gemini.Json("""{"embeddings":[{"values":[0.10,-1]}],"usageMetadata":{"promptTokenCount":3}}"""), answer);
        GeminiEmbeddingsCodec.Instance.ReadReply(Gemini.Json("""{"embedding":{"values":[2]}}"""), answer);
        Gemini.Equal("""
            {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-1]},{"object":"embedding","index":1,"embedding":[2]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}
            """, Write(answer, false));
        var packed = new byte[8];
        BitConverter.TryWriteBytes(packed, 0.10f);
        BitConverter.TryWriteBytes(packed.AsSpan(4), -1f);
        Assert.Contains($"\"embedding\":\"{Convert.ToBase64String(packed)}\"", Write(answer, true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":[1,2]}""", "input[0]")]
    [InlineData("""{"input":[[1,2]]}""", "input[0]")]
    [InlineData("""{"input":"a","dimensions":0}""", "dimensions")]
    [InlineData("""{"input":"a","encoding_format":"hex"}""", "encoding_format")]
    public void Request_ThatIsWrong_NamesTheField(string body, string path) => Assert.Equal(path, Assert.Throws<DialectException>(() => Read(body)).Path);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"embeddings":[{}]}""")]
    [InlineData("""{"embeddings":[{"values":["x"]}]}""")]
    public void Answer_WithoutVectors_IsRefused(string body) =>
        Assert.Throws<DialectException>(() => GeminiEmbeddingsCodec.Instance.ReadReply(Gemini.Json(body), new EmbeddingsAnswer()));

    private static int Count(JsonItems items)
    {
        var count = 0;
        foreach (var _ in items) count++;
        return count;
    }

    private static string Write(EmbeddingsAnswer answer, bool isBase64)
    {
        using var buffer = new PooledBuffer();
        answer.Write(Gemini.Text("m"), isBase64, new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }
}
