namespace Parley.Simulator;

/// <summary>How the events of a stream become bytes.</summary>
internal enum StreamFraming
{
    ServerSentEvents,

    /// <summary>One JSON array that grows: Gemini without <c>alt=sse</c>.</summary>
    JsonArray,

    /// <summary><c>application/vnd.amazon.eventstream</c>: binary frames with two checksums.</summary>
    AmazonEventStream,
}
