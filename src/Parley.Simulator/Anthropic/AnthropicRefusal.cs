namespace Parley.Simulator;

/// <summary>An error in Anthropic's shape; its type follows the status (platform.claude.com, "Errors").</summary>
internal sealed record AnthropicRefusal(int Status, string ErrorType, string Message) : Refusal(Status, Message, ErrorType)
{
    public static AnthropicRefusal Invalid(string message) => new(400, "invalid_request_error", message);

    public static AnthropicRefusal Unauthenticated(string message) => new(401, "authentication_error", message);

    public static AnthropicRefusal NotFound(string message) => new(404, "not_found_error", message);

    public static string RequestId(SimulatedCall call) => call.Id("req_011C", 20);

    public override byte[] ToJson(SimulatedCall call) => Json.Write((this, call), static (writer, state) =>
    {
        var (refusal, call) = state;
        writer.WriteStartObject();
        writer.WriteString("type", "error");
        writer.WriteStartObject("error");
        writer.WriteString("type", refusal.ErrorType);
        writer.WriteString("message", refusal.Message);
        refusal.More?.Invoke(writer);
        writer.WriteEndObject();
        writer.WriteString("request_id", RequestId(call));
        writer.WriteEndObject();
    });
}
