namespace Parley.Simulator;

/// <summary>POST /v1/messages and /v1/messages/count_tokens.</summary>
internal static class MessagesOperation
{
    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (MessagesRules.Check(call) is { } refusal)
            return refusal.ToReply(call);
        var message = MessageDocument.Of(call);
        return call.Body.FindBool("stream") is true
            ? SimulatedReply.Stream(new MessageStream(call, message).Events())
            : new SimulatedReply { Body = message.ToJson() };
    }

    public static SimulatedReply CountTokens(SimulatedCall call)
    {
        if (MessagesRules.Check(call) is { } refusal)
            return refusal.ToReply(call);
        var usage = MessagesPrompt.Input(call.Body);
        return new SimulatedReply
        {
            Body = Json.Write(usage.Total, static (writer, tokens) =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("input_tokens", tokens);
                writer.WriteEndObject();
            }),
        };
    }
}
