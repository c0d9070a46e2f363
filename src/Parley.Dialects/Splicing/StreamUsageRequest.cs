namespace Parley.Dialects.Splicing;

/// <summary>Whether a request asks for usage at the end of its stream (<c>stream_options: {"include_usage": true}</c>).</summary>
public static class StreamUsageRequest
{
    /// <summary>True when the client itself asked: only then may it be sent usage.</summary>
    public static bool WasAsked(ReadOnlySpan<byte> body, in RequestEnvelope envelope) => throw new NotImplementedException();
}
