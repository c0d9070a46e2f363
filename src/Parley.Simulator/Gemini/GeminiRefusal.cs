using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>An error in Google's shape: <c>{"error":{"code","message","status","details"?}}</c>, or the page of its front door.</summary>
internal sealed record GeminiRefusal(int Status, string Word, string Message) : Refusal(Status, Message)
{
    private bool isPage;

    /// <summary>Writes the elements of <c>details</c>.</summary>
    public Action<Utf8JsonWriter>? Details { get; init; }

    public static GeminiRefusal Page { get; } = new(404, "NOT_FOUND", "The requested URL was not found on this server.") { isPage = true };

    public static GeminiRefusal NoKey { get; } = new(403, "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity "
        + "to call this API.");

    public static GeminiRefusal InvalidKey { get; } = Invalid("API key not valid. Please pass a valid API key.") with
    {
        Details = static writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            writer.WriteString("reason", "API_KEY_INVALID");
            writer.WriteString("domain", "googleapis.com");
            writer.WriteStartObject("metadata");
            writer.WriteString("service", "generativelanguage.googleapis.com");
            writer.WriteEndObject();
            writer.WriteEndObject();
        },
    };

    public static GeminiRefusal Invalid(string message) => new(400, "INVALID_ARGUMENT", message);

    public override byte[] ToJson(SimulatedCall call) => isPage
        ? Encoding.UTF8.GetBytes($"<!DOCTYPE html>\n<html lang=en>\n<title>Error {Status} (Not Found)!!1</title>\n<p>{Message}\n")
        : Json.Write(this, static (writer, refusal) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", refusal.Status);
            writer.WriteString("message", refusal.Message);
            writer.WriteString("status", refusal.Word);
            if (refusal.Details is { } details)
            {
                writer.WriteStartArray("details");
                details(writer);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    public override SimulatedReply ToReply(SimulatedCall call) =>
        base.ToReply(call) with { ContentType = isPage ? "text/html; charset=UTF-8" : "application/json; charset=UTF-8" };
}
