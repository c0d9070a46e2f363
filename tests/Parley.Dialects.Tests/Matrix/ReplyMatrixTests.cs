using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Every provider's answers, plain and streamed, in every client dialect: whole bodies and whole streams.</summary>
public sealed class ReplyMatrixTests
{
    private static readonly Dialect[] Surfaces = [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.AnthropicMessages, Dialect.GeminiContent];

    private static readonly Dialect[] Providers = [.. Surfaces, Dialect.BedrockConverse];

    public static TheoryData<Dialect, string, Dialect> Plain() => Pairs(".json");

    public static TheoryData<Dialect, string, Dialect> Streamed() => Pairs(".stream");

    [Theory]
    [MemberData(nameof(Plain))]
    public void Reply_Plain_IsTheGolden(Dialect provider, string name, Dialect surface)
    {
        var context = MatrixReplies.Context(surface, isStream: false);
        using var folded = new FoldedReply();
        DialectCodecs.Of(provider).ReadReply(JsonValue.Of(MatrixFiles.Read($"Replies/{provider}/{name}.json")), new CallerReplySink(context.Request, context.Losses, folded));
        Assert.True(folded.IsCompleted);
        using var output = new PooledBuffer();
        DialectCodecs.Of(surface).WriteReply(folded, context, new JsonOutput(output));
        MatrixFiles.AssertGolden($"Replies/{name}/{provider}-to-{surface}.json", MatrixFiles.Pretty(output.Span) + "\n" + Losses(context));
    }

    [Theory]
    [MemberData(nameof(Streamed))]
    public void Reply_Stream_IsTheGolden(Dialect provider, string name, Dialect surface)
    {
        var context = MatrixReplies.Context(surface, isStream: true);
        using var output = new PooledBuffer();
        using var tap = new TranslatingStreamTap(
            DialectCodecs.Of(provider).CreateReader(), DialectCodecs.Of(surface).CreateWriter(context, output), output, default, context);
        var text = new StringBuilder();
        MatrixReplies.Feed(provider, MatrixFiles.Lines($"Replies/{provider}/{name}.stream"), tap, bytes => text.Append(Encoding.UTF8.GetString(bytes)));
        Assert.True(tap.IsFinished);
        MatrixFiles.AssertGolden($"Replies/{name}/{provider}-to-{surface}.stream.txt", text + Losses(context));
    }

    private static string Losses(ReplyContext context) => string.Concat(context.Losses.Losses.Select(loss => $"lost: {loss.Path} ({loss.Reason})\n"));

    private static TheoryData<Dialect, string, Dialect> Pairs(string extension)
    {
        var pairs = new TheoryData<Dialect, string, Dialect>();
        foreach (var provider in Providers)
        {
            foreach (var name in MatrixFiles.Cases("Replies/" + provider, extension))
            {
                foreach (var surface in Surfaces) pairs.Add(provider, name, surface);
            }
        }

        return pairs;
    }
}
