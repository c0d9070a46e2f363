namespace Parley.Simulator;

/// <summary>An exception of Bedrock's runtime: a message in the body, its name in the header <c>x-amzn-errortype</c>.</summary>
internal sealed record BedrockRefusal(int Status, string Exception, string Message) : Refusal(Status, Message)
{
    public static BedrockRefusal InvalidKey { get; } = new(403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.");

    public static BedrockRefusal Validation(string message) => new(400, "ValidationException", message);

    public override byte[] ToJson(SimulatedCall call) => Json.Write(Message, static (writer, message) =>
    {
        writer.WriteStartObject();
        writer.WriteString("message", message);
        writer.WriteEndObject();
    });

    public override SimulatedReply ToReply(SimulatedCall call)
    {
        var reply = base.ToReply(call);
        return reply with { Headers = [.. reply.Headers, new("x-amzn-errortype", $"{Exception}:http://internal.amazon.com/coral/com.amazon.bedrock/")] };
    }
}
