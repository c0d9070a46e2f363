using System.Text.Json;

namespace Parley.Simulator;

internal sealed record FunctionCallItem(string Id, AnswerToolCall Call) : OutputItem(Id)
{
    public override void Write(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("type", "function_call");
        writer.WriteString("status", finished ? "completed" : "in_progress");
        writer.WriteString("arguments", finished ? Call.Arguments : "");
        writer.WriteString("call_id", Call.Id);
        writer.WriteString("name", Call.Name);
        writer.WriteEndObject();
    }
}
