namespace Parley.Simulator;

/// <summary>
/// One event of a stream. <c>Name</c> is its <c>event:</c> line (Responses and Messages have one, chat and Gemini have none) or, in Bedrock's
/// binary frames, its event or exception type.
/// </summary>
internal readonly record struct StreamEvent(string? Name, ReadOnlyMemory<byte> Data, bool IsException = false)
{
    /// <summary>The end of a chat stream.</summary>
    public static StreamEvent Done { get; } = new(null, "[DONE]"u8.ToArray());
}
