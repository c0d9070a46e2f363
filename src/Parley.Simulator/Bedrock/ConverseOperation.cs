namespace Parley.Simulator;

/// <summary>POST /model/{id}/converse and /converse-stream.</summary>
internal static class ConverseOperation
{
    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (ConverseRules.Check(call) is { } refusal)
            return refusal.ToReply(call);
        var document = ConverseDocument.Of(call);
        return call.Operation == Operation.ConverseStream
            ? SimulatedReply.Stream(document.Events(), StreamFraming.AmazonEventStream)
            : new SimulatedReply { Body = document.ToJson() };
    }
}
