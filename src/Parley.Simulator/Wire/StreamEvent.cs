namespace Parley.Simulator;

/// <summary>One server-sent event. <c>Name</c> is its <c>event:</c> line (Responses have one, chat has none).</summary>
internal readonly record struct StreamEvent(string? Name, ReadOnlyMemory<byte> Data)
{
    /// <summary>The end of a chat stream.</summary>
    public static StreamEvent Done { get; } = new(null, "[DONE]"u8.ToArray());
}
