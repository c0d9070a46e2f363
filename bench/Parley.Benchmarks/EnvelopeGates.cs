using System.Text.Json;
using Parley.Dialects.Splicing;

namespace Parley.Benchmarks;

/// <summary>Scanning and splicing a request: no allocation, whatever the body. The reader's rows are there to compare with.</summary>
internal static class EnvelopeGates
{
    private static readonly byte[] Destination = new byte[256 * 1024];

    internal static IEnumerable<AllocationGate> All
    {
        get
        {
            (string Name, byte[] Body)[] bodies =
            [
                ("1 KB", Bodies.Small), ("100 KB plain prose", Bodies.LargePlain), ("100 KB prose, escape per 60 B", Bodies.Large60),
                ("100 KB prose, escape per 20 B", Bodies.Large20), ("131 KB, 400 messages", Bodies.Conversation),
            ];
            foreach (var (name, body) in bodies)
            {
                yield return new($"envelope scan, {name}", 0, () => RequestEnvelope.Scan(body, out _));
                yield return new($"envelope scan + splice, {name}", 0, () => ScanAndSplice(body));
                yield return new($"  Utf8JsonReader, {name}", null, () => Walk(body));
                yield return new($"  memcpy, {name}", null, () => body.CopyTo(Destination, 0));
            }
        }
    }

    /// <summary>What a streamed request takes on its way: another model, usage asked for, two members taken out.</summary>
    internal static int ScanAndSplice(byte[] body)
    {
        if (!RequestEnvelope.Scan(body, out var envelope).IsNone) throw new InvalidOperationException("The body is a request.");
        var splicer = new RequestSplicer(body, envelope);
        splicer.Replace(EnvelopeProperty.Model, "\"prod-gpt4o-2024-08-06\""u8);
        splicer.Remove(EnvelopeProperty.Deployment);
        splicer.Remove(EnvelopeProperty.MaxTokens);
        splicer.AskForStreamUsage();
        var length = splicer.Length;
        splicer.WriteTo(Destination.AsSpan(0, length));
        return length;
    }

    internal static long Walk(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }

        return reader.BytesConsumed;
    }
}
