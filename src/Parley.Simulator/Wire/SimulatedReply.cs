using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>An answer, before it is sent: a plain body or a stream of events.</summary>
internal sealed record SimulatedReply
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>Not null: the body in pieces, <see cref="Length"/> bytes in all, for what is too long to be held.</summary>
    public IEnumerable<ReadOnlyMemory<byte>>? Chunks { get; init; }

    /// <summary>The length of <see cref="Chunks"/>.</summary>
    public long Length { get; init; }

    /// <summary>Not null: the reply is a stream; made while it is sent.</summary>
    public IEnumerable<StreamEvent>? Events { get; init; }

    public StreamFraming Framing { get; init; }

    public static SimulatedReply Json(JsonNode body) => new() { Body = Simulator.Json.Write(body, static (writer, node) => node.WriteTo(writer)) };

    public static SimulatedReply Stream(IEnumerable<StreamEvent> events, StreamFraming framing = StreamFraming.ServerSentEvents) => new()
    {
        Events = events,
        Framing = framing,
        ContentType = framing switch
        {
            StreamFraming.JsonArray => "application/json; charset=UTF-8",
            StreamFraming.AmazonEventStream => "application/vnd.amazon.eventstream",
            _ => "text/event-stream; charset=utf-8",
        },
    };
}
