namespace Parley.Simulator;

/// <summary>The error as an event of a stream, in the stream's own dialect.</summary>
internal static class ErrorEvents
{
    public static StreamEvent For(SimulatedCall call)
    {
        if (call.Operation != Operation.Responses)
            return new StreamEvent(null, StatusFaults.Inside.ToJson());
        var sequence = call.Fault.Name == "error-event" ? call.Fault.Count(2) : 0;
        return new StreamEvent("error", Json.Write(sequence, static (writer, number) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "error");
            writer.WriteNumber("sequence_number", number);
            writer.WritePropertyName("error");
            StatusFaults.Inside.WriteError(writer);
            writer.WriteEndObject();
        }));
    }
}
