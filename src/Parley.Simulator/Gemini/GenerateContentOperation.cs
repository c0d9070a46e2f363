namespace Parley.Simulator;

/// <summary>POST …:generateContent, :streamGenerateContent (events with <c>alt=sse</c>, else one growing array) and :countTokens.</summary>
internal static class GenerateContentOperation
{
    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (GenerateContentRules.Check(call) is { } refusal)
            return refusal.ToReply(call);
        var document = GeminiDocument.Of(call);
        if (call.Operation == Operation.GenerateContent)
            return new SimulatedReply { Body = document.ToJson(), ContentType = "application/json; charset=UTF-8" };
        var framing = call.Query("alt") == "sse" ? StreamFraming.ServerSentEvents : StreamFraming.JsonArray;
        return SimulatedReply.Stream(document.Events(), framing) with
        {
            ContentType = framing == StreamFraming.JsonArray ? "application/json; charset=UTF-8" : "text/event-stream",
        };
    }

    public static SimulatedReply CountTokens(SimulatedCall call)
    {
        if (GeminiPayload.Check(call.Body, "CountTokensRequest") is { } malformed)
            return malformed.ToReply(call);
        if (!GeminiTraits.Exists(call.Model!))
            return GenerateContentRules.ModelNotFound(call).ToReply(call);
        var counted = call.Body.Member("generateContentRequest") ?? call.Body;
        if (GenerateContentRules.Contents(counted) is { } refusal)
            return refusal.ToReply(call);
        return new SimulatedReply
        {
            ContentType = "application/json; charset=UTF-8",
            Body = Json.Write(GeminiPrompt.Count(counted), static (writer, tokens) =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("totalTokens", tokens);
                GeminiDocument.WriteModality(writer, "promptTokensDetails", tokens);
                writer.WriteEndObject();
            }),
        };
    }
}
