using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Every client API, asked in each of its ways, in front of every kind of provider.</summary>
public sealed class SurfaceMatrixTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var surface in CallerSurface.All)
        {
            foreach (var target in ProviderTarget.All) pairs.Add(surface.Name, target.Id);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Trait("Contract", "3.chat")]
    public async Task Surface_OnProvider_AnswersInTheCallersDialect(string surfaceName, string targetId)
    {
        var (gateway, surface, target) = (fixture.Gateway, CallerSurface.Of(surfaceName), ProviderTarget.Of(targetId));
        gateway.Upstream.Log.Clear();
        var answer = await gateway.AskAsync(surface, target.Id, "good day");

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(surface.ContentType, answer.Header("Content-Type"));
        Assert.Equal((target.Provider, target.Upstream, "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        Assert.Null(answer.Header("x-parley-lost"));
        var said = SurfaceAnswer.Read(surface, answer.Body);
        Assert.Equal("[simulated] good day", said.Text);
        Assert.True(said.IsWhole, answer.Body);
        Assert.Null(said.Error);

        var record = await gateway.RecordAsync(answer.RequestId());
        var (input, cached, output, reasoning) = record.Tokens();
        Assert.Equal("", record.Flags());
        Assert.True(input > 0 && output > 0, record.ToString());
        Assert.Equal((input + cached + record.GetProperty("cacheWriteTokens").GetInt64(), output + reasoning), said.Usage);
        Assert.Equal((200, target.Provider, target.Id, surface.IsStream), (
            record.GetProperty("status").GetInt32(), record.GetProperty("provider").GetString(), record.GetProperty("model").GetString(), record.GetProperty("stream").GetBoolean()));
        Assert.Equal(1, record.GetProperty("attempts").GetArrayLength());
        Assert.Equal(1, gateway.Upstream.Log.Count);
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public void Matrix_HasEverySurfaceAndEveryProviderType()
    {
        // The simulator and compatible servers speak OpenAI's dialects as `openai` does; what differs is a key and a list of fields, tested by the codecs.
        ProviderType[] likeOpenAI = [ProviderType.Simulator, ProviderType.OpenAICompatible];
        Assert.Equal(Enum.GetValues<ProviderType>().Except(likeOpenAI).Order(), ProviderTarget.All.Select(target => target.Type).Distinct().Order());
        // Nobody serves Converse; embeddings and what is passed on unread have tests of their own.
        Dialect[] elsewhere = [Dialect.BedrockConverse, Dialect.OpenAIEmbeddings, Dialect.GeminiEmbeddings, Dialect.TitanEmbeddings, Dialect.CohereEmbeddings, Dialect.Opaque];
        Assert.Equal(Enum.GetValues<Dialect>().Except(elsewhere).Order(), CallerSurface.Plain.Select(surface => surface.Dialect).Order());
        Assert.All(CallerSurface.Plain, plain => Assert.Contains(CallerSurface.Streams, stream => stream.Dialect == plain.Dialect));
    }
}
