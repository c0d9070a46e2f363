using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>What the stream writer keeps of one candidate until it may be written.</summary>
internal sealed class GeminiStreamChoice(int index) : IDisposable
{
    internal int Index => index;

    /// <summary>A signature that waits for the part it stands on; its length 0 when there is none.</summary>
    internal PooledBuffer Held { get; } = new(64);

    internal FinishReason Finish { get; set; }

    /// <summary>The finish reason as the provider spells it.</summary>
    internal byte[] RawFinish { get; set; } = [];

    internal bool HasFinished { get; set; }

    internal bool HasParts { get; set; }

    internal List<VendorField>? Vendor { get; set; }

    internal List<(Citation Citation, JsonString Text)>? Citations { get; set; }

    /// <summary>The signature that waits; none afterwards. Valid until the next one is held.</summary>
    internal JsonString TakeHeld()
    {
        if (Held.Length == 0) return default;
        var held = new JsonString(Held.Span.ToArray());
        Held.Clear();
        return held;
    }

    public void Dispose() => Held.Dispose();
}
