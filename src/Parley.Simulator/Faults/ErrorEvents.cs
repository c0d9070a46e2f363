namespace Parley.Simulator;

/// <summary>The error as an event of a stream, in the stream's own dialect.</summary>
internal static class ErrorEvents
{
    public static StreamEvent For(SimulatedCall call)
    {
        var error = StatusFaults.Inside(call);
        if (error is BedrockRefusal exception)
            return new StreamEvent(MemberName(exception.Exception), error.ToJson(call), IsException: true);
        if (error is AnthropicRefusal)
            return new StreamEvent("error", error.ToJson(call));
        if (call.Operation is Operation.CreateRun or Operation.CreateThreadAndRun)
            return new StreamEvent("error", error.ToJson(call));
        if (call.Operation != Operation.Responses)
            return new StreamEvent(null, error.ToJson(call));
        var sequence = call.Fault.Name == "error-event" ? call.Fault.Count(2) : 0;
        return new StreamEvent("error", Json.Write((sequence, error), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "error");
            writer.WriteNumber("sequence_number", state.sequence);
            writer.WritePropertyName("error");
            state.error.WriteError(writer);
            writer.WriteEndObject();
        }));
    }

    // In a stream an exception goes by its member's name: throttlingException, where the header of an answer says ThrottlingException.
    private static string MemberName(string exception) => char.ToLowerInvariant(exception[0]) + exception[1..];
}
