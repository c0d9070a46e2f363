using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The plain answer, members in OpenAI's order.</summary>
internal static class ChatCompletion
{
    public static byte[] Write(SimulatedCall call, IReadOnlyList<Answer> answers) => Json.Write((call, answers), static (writer, state) =>
    {
        var (call, answers) = state;
        writer.WriteStartObject();
        writer.WriteString("id", call.Id("chatcmpl-", 29));
        writer.WriteString("object", "chat.completion");
        writer.WriteNumber("created", call.Created);
        writer.WriteString("model", ModelTraits.AnsweredAs(call.Model!));
        writer.WriteStartArray("choices");
        for (var index = 0; index < answers.Count; index++)
            WriteChoice(writer, call, answers[index], index);
        writer.WriteEndArray();
        if (call.Fault.Name != "no-usage")
            ChatWriting.WriteUsage(writer, answers);
        if (call.Vendor == Vendor.Azure)
            AzureAnnotations.WritePromptResults(writer);
        else
            writer.WriteString("service_tier", "default");
        writer.WriteString("system_fingerprint", call.Id("fp_", 10, 48));
        writer.WriteEndObject();
    });

    private static void WriteChoice(Utf8JsonWriter writer, SimulatedCall call, Answer answer, int index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        if (answer.ToolCalls.Count > 0)
        {
            writer.WriteNull("content");
            writer.WriteStartArray("tool_calls");
            foreach (var tool in answer.ToolCalls)
            {
                writer.WriteStartObject();
                writer.WriteString("id", tool.Id);
                writer.WriteString("type", "function");
                writer.WriteStartObject("function");
                writer.WriteString("name", tool.Name);
                writer.WriteString("arguments", tool.Arguments);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("content", answer.Text);
        }
        writer.WriteNull("refusal");
        writer.WriteStartArray("annotations");
        writer.WriteEndArray();
        writer.WriteEndObject();
        ChatWriting.WriteLogprobs(writer, call, answer.Pieces);
        writer.WriteString("finish_reason", ChatWriting.FinishReason(answer));
        if (call.Vendor == Vendor.Azure)
            AzureAnnotations.WriteResults(writer, completion: true);
        writer.WriteEndObject();
    }
}
