using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A stream that ends anywhere before its end is an error in the caller's dialect and a truncated answer in the ledger, and never looks finished.</summary>
public sealed class CutStreamTests
{
    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var surface in CallerSurface.Streams)
        {
            foreach (var stream in CannedStream.All) pairs.Add(surface.Name, stream.Target.Id);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Stream_EndsBehindAnyFrame_IsWholeOrAnError(string surfaceName, string targetId)
    {
        var surface = CallerSurface.Of(surfaceName);
        var stream = CannedStream.For(surface, targetId);
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await TranslationGateway.StartAsync(upstream);
        for (var frames = 0; frames <= stream.Frames.Count; frames++)
        {
            foreach (var breaks in (bool[])[false, true])
            {
                // What Kestrel still holds when a connection breaks is lost with it: what the gateway sees then is one of the other cases.
                if (breaks && frames >= stream.Needed) continue;
                upstream.Answer = context => stream.SendAsync(context, frames, breaks);
                var answer = await gateway.AskAsync(surface, targetId);
                var record = await gateway.RecordAsync(answer.RequestId());
                var what = $"{frames} frames, breaks {breaks}: {answer.Body}";
                // As long as nothing had to be sent the status says it.
                if (answer.Status != 200 && (frames <= stream.Preludes || breaks))
                {
                    SurfaceError.Read(surface, answer, 502);
                    Assert.NotNull(record.GetProperty("error").GetString());
                    continue;
                }

                Assert.True(answer.Status == 200, what);
                var said = SurfaceAnswer.Read(surface, answer.Body);
                if (frames >= stream.Needed)
                {
                    // What the provider left out of a splice is not made up: a chat stream may be whole without its [DONE].
                    var isWhole = said.IsWhole || (surface == CallerSurface.ChatStream && ProviderTarget.Of(targetId).IsSplicedFrom(surface) && said.FinishReason == "stop");
                    Assert.True(isWhole && said.Text == CannedStream.Said && said.Error is null, what);
                    Assert.Equal("", record.Flags().Replace("estimated", "", StringComparison.Ordinal).Trim());
                    continue;
                }

                Assert.False(said.IsWhole, what);
                Assert.False(surface.Dialect is Dialect.OpenAIResponses or Dialect.AnthropicMessages && said.HasEndMarker, what);
                Assert.True(said.Error is not null, what);
                Assert.NotEmpty((string)said.Error["message"]!);
                Assert.StartsWith(CannedStream.Said[..said.Text.Length], said.Text, StringComparison.Ordinal);
                Assert.True(record.GetProperty("truncated").GetBoolean(), what);
                Assert.Equal("stream_broken", record.GetProperty("error").GetString());
            }
        }

        await gateway.AssertNothingLeftAsync();
    }

    public static TheoryData<string> StreamSurfaces() => [.. CallerSurface.Streams.Select(surface => surface.Name)];

    [Theory]
    [MemberData(nameof(StreamSurfaces))]
    public async Task DamagedFrame_OfBedrock_IsAnError(string surfaceName)
    {
        var (surface, stream) = (CallerSurface.Of(surfaceName), CannedStream.Of("on-bedrock-llama"));
        var damaged = stream.Frames.ToArray();
        damaged[2] = [.. damaged[2]];
        // One bit of the text: the checksum is all that can tell.
        damaged[2][^10] ^= 1;
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await TranslationGateway.StartAsync(upstream);
        upstream.Answer = context => (stream with { Frames = damaged }).SendAsync(context, damaged.Length);
        var answer = await gateway.AskAsync(surface, "on-bedrock-llama");
        var said = SurfaceAnswer.Read(surface, answer.Body);
        Assert.Equal((200, "one", false), (answer.Status, said.Text, said.HasEndMarker));
        Assert.Contains("damaged", (string)said.Error!["message"]!, StringComparison.Ordinal);
        Assert.Equal("truncated estimated stream_broken", (await gateway.RecordAsync(answer.RequestId())).Flags());
    }
}
