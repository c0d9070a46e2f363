using System.Text.Json.Nodes;
using Parley.Dialects;

namespace Parley.Gateway.Tests.Translation;

/// <summary>One way of asking: a client API, plain or streamed, with what makes a request of it and what a whole answer of it looks like.</summary>
/// <param name="Name">As tests call it.</param>
/// <param name="Dialect">The wire format.</param>
/// <param name="IsStream">Whether a stream is asked for.</param>
/// <param name="ContentType">What the answer must be called.</param>
public sealed record CallerSurface(string Name, Dialect Dialect, bool IsStream, string ContentType)
{
    private const string Json = "application/json";
    private const string Events = "text/event-stream";

    internal static readonly CallerSurface Chat = new("chat", Dialect.OpenAIChat, false, Json);
    internal static readonly CallerSurface ChatStream = new("chat-stream", Dialect.OpenAIChat, true, Events);
    internal static readonly CallerSurface Responses = new("responses", Dialect.OpenAIResponses, false, Json);
    internal static readonly CallerSurface ResponsesStream = new("responses-stream", Dialect.OpenAIResponses, true, Events);
    internal static readonly CallerSurface Messages = new("messages", Dialect.AnthropicMessages, false, Json);
    internal static readonly CallerSurface MessagesStream = new("messages-stream", Dialect.AnthropicMessages, true, Events);
    internal static readonly CallerSurface Gemini = new("gemini", Dialect.GeminiContent, false, Json);
    internal static readonly CallerSurface GeminiStream = new("gemini-stream", Dialect.GeminiContent, true, Events);

    /// <summary>Gemini's stream without <c>alt=sse</c>: one JSON array that grows.</summary>
    internal static readonly CallerSurface GeminiArray = new("gemini-array", Dialect.GeminiContent, true, Json);

    internal static readonly IReadOnlyList<CallerSurface> All =
        [Chat, ChatStream, Responses, ResponsesStream, Messages, MessagesStream, Gemini, GeminiStream, GeminiArray];

    internal static IEnumerable<CallerSurface> Plain => All.Where(surface => !surface.IsStream);

    internal static IEnumerable<CallerSurface> Streams => All.Where(surface => surface.IsStream);

    internal static CallerSurface Of(string name) => All.Single(surface => surface.Name == name);

    internal string PathOf(string model) => Dialect switch
    {
        Dialect.OpenAIChat => "/v1/chat/completions",
        Dialect.OpenAIResponses => "/v1/responses",
        Dialect.AnthropicMessages => "/v1/messages",
        _ when this == GeminiArray => $"/v1beta/models/{model}:streamGenerateContent",
        _ => $"/v1beta/models/{model}:{(IsStream ? "streamGenerateContent?alt=sse" : "generateContent")}",
    };

    /// <summary>A request with one user text; <paramref name="more"/> is further members, each with a comma before it.</summary>
    internal string BodyOf(string model, string text = "tell me a little more", string more = "")
    {
        var said = JsonValue.Create(text).ToJsonString();
        var stream = IsStream ? ""","stream":true""" : "";
        return Dialect switch
        {
            Dialect.OpenAIChat => $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{said}}}]{{stream}}{{(IsStream ? ""","stream_options":{"include_usage":true}""" : "")}}{{more}}}""",
            Dialect.OpenAIResponses => $$"""{"model":"{{model}}","input":{{said}}{{stream}}{{more}}}""",
            Dialect.AnthropicMessages => $$"""{"model":"{{model}}","max_tokens":1000,"messages":[{"role":"user","content":{{said}}}]{{stream}}{{more}}}""",
            _ => $$"""{"contents":[{"role":"user","parts":[{"text":{{said}}}]}]{{more}}}""",
        };
    }

    public override string ToString() => Name;
}
