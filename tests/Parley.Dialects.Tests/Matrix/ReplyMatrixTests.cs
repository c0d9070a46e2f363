using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Every provider's answers, plain and streamed, in every client dialect: whole bodies and whole streams, with what was lost.</summary>
public sealed class ReplyMatrixTests
{
    public static TheoryData<Dialect, string, Dialect> Pairs() => ReplyCases.Pairs();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Reply_Plain_IsTheGolden(Dialect provider, string name, Dialect surface)
    {
        var (body, context) = MatrixReplies.Plain(provider, name, surface);
        MatrixFiles.AssertGolden($"Replies/{name}/{provider}-to-{surface}.json", MatrixFiles.Pretty(body) + "\n" + Losses(context));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Reply_Stream_IsTheGolden(Dialect provider, string name, Dialect surface)
    {
        var (text, context) = MatrixReplies.Streamed(provider, name, surface);
        MatrixFiles.AssertGolden($"Replies/{name}/{provider}-to-{surface}.stream.txt", text + Losses(context));
    }

    private static string Losses(ReplyContext context) => string.Concat(context.Losses.Losses.Select(loss => $"lost: {loss.Path} ({loss.Reason})\n"));
}
