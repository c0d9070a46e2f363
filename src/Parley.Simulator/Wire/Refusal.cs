using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// An error answer. This one is written in OpenAI's shape; the other vendors' derive from it. <c>Bare</c>: Azure's front door answers with
/// code and message only; its models answer in OpenAI's four fields.
/// </summary>
internal record Refusal(int Status, string Message, string? Type = "invalid_request_error", string? Param = null, string? Code = null, bool Bare = false)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Members that follow the four usual ones inside <c>error</c>.</summary>
    public Action<Utf8JsonWriter>? More { get; init; }

    public static Refusal FrontDoor(int status, string code, string message) => new(status, message, Code: code, Bare: true);

    /// <summary>The whole body. The call gives what some vendors repeat of a request: its id.</summary>
    public virtual byte[] ToJson(SimulatedCall call) => Json.Write(this, static (writer, refusal) =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("error");
        refusal.WriteError(writer);
        writer.WriteEndObject();
    });

    public void WriteError(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Bare)
        {
            writer.WriteString("code", Code);
            writer.WriteString("message", Message);
        }
        else
        {
            writer.WriteString("message", Message);
            writer.WriteString("type", Type);
            writer.WriteString("param", Param);
            writer.WriteString("code", Code);
        }
        More?.Invoke(writer);
        writer.WriteEndObject();
    }

    public virtual SimulatedReply ToReply(SimulatedCall call) => new() { Status = Status, Body = ToJson(call), Headers = Headers };
}
