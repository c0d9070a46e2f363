using Parley.Dialects.Embeddings;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;

namespace Parley.Benchmarks;

/// <summary>Plain answers through their taps. Allocations are per answer, whatever its size.</summary>
internal static class ReplyGates
{
    internal static IEnumerable<AllocationGate> All =>
    [
        new("chat reply tap, 1 KB in one chunk", 768, () => Observe(new ChatReplyTap(), Bodies.ChatAnswer, int.MaxValue)),
        new("chat reply tap, 1 KB in chunks of 100 B", 1536, () => Observe(new ChatReplyTap(), Bodies.ChatAnswer, 100)),
        new($"embeddings reply tap, {Bodies.Embeddings.Length / 1024} KB in chunks of 64 KB", 1536, () =>
            Observe(new EmbeddingsReplyTap(), Bodies.Embeddings, 65536)),
    ];

    private static void Observe(ReplyTap tap, ReadOnlySpan<byte> body, int chunk)
    {
        while (!body.IsEmpty)
        {
            var take = Math.Min(chunk, body.Length);
            tap.Observe(body[..take]);
            body = body[take..];
        }

        tap.Complete();
        if (!(tap.IsComplete && tap.Reply.HasUsage)) throw new InvalidOperationException("The answer is whole and reports usage.");
    }
}
