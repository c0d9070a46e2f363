using System.Text;
using Parley.Load.Upstream;

namespace Parley.Load.Client;

/// <summary>What a row is asked, and how its answers are judged.</summary>
/// <param name="Path">Where requests go.</param>
/// <param name="Start">A request's body up to the prompt's text.</param>
/// <param name="End">The body behind it.</param>
/// <param name="IsSpliced">True when answers must be the upstream's own bytes; false when they must hold its text.</param>
/// <param name="LastEvent">How a whole stream ends.</param>
internal sealed record Traffic(string Path, string Start, string End, bool IsSpliced, string LastEvent)
{
    private const string System = """You are a careful clerk.\nAnswer \"briefly\".""";

    /// <summary>Chat completions, passed through.</summary>
    public static Traffic Chat { get; } = ChatTo("bench") with { IsSpliced = true };

    /// <summary>Chat completions whose first target refuses every connection, as it is by default: one call finds that out every 30 s.</summary>
    public static Traffic DeadFirst { get; } = ChatTo("dead-first") with { IsSpliced = true };

    /// <summary>The same with the breaker off: every single call is refused by the first and answered by the second.</summary>
    public static Traffic DeadEachTime { get; } = ChatTo("dead-each-time") with { IsSpliced = true };

    /// <summary>Chat completions answered by Claude.</summary>
    public static Traffic ChatToMessages { get; } = ChatTo("claude-bench");

    /// <summary>Responses answered by Claude.</summary>
    public static Traffic ResponsesToMessages { get; } = new(
        "/v1/responses",
        $$"""{"model":"claude-bench","instructions":"{{System}}","input":[{"role":"user","content":""" + "\"",
        "\"}],\"temperature\":0.7,\"max_output_tokens\":256", false, "event: response.completed");

    /// <summary>Anthropic messages answered by a chat model.</summary>
    public static Traffic MessagesToChat { get; } = new(
        "/v1/messages",
        $$"""{"model":"bench","system":"{{System}}","messages":[{"role":"user","content":""" + "\"",
        "\"}],\"temperature\":0.7,\"max_tokens\":256", false, "event: message_stop");

    /// <summary>A plain request whose body has exactly <paramref name="bodyBytes"/> bytes; <c>stream</c> is absent.</summary>
    public byte[] Plain(int bodyBytes, int port, string? key) => Request(Body(bodyBytes, ""), port, key);

    /// <summary>A streamed request of about 1 KB that does not ask for usage, as most clients do not.</summary>
    public byte[] Streamed(int port, string? key) => Request(Body(1024, ",\"stream\":true"), port, key);

    /// <summary>True when a plain answer is what was to be expected.</summary>
    public bool Accepts(ReadOnlySpan<byte> body) => IsSpliced
        ? body.SequenceEqual(ChatAnswers.PlainBody)
        : body.IndexOf(AnswerText) >= 0;

    private static readonly byte[] AnswerText = Encoding.UTF8.GetBytes(Prose.Escaped(440));

    private static Traffic ChatTo(string model) => new(
        "/v1/chat/completions",
        $$"""{"model":"{{model}}","messages":[{"role":"system","content":"{{System}}"},{"role":"user","content":""" + "\"",
        "\"}],\"temperature\":0.7,\"max_tokens\":256", false, "data: [DONE]");

    private byte[] Body(int bytes, string more)
    {
        var end = End + more + "}";
        return Encoding.UTF8.GetBytes(Start + Prose.Escaped(bytes - Start.Length - end.Length) + end);
    }

    private byte[] Request(byte[] body, int port, string? key) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: load/1\r\nAccept: application/json\r\n"
            + (key is null ? "" : $"Authorization: Bearer {key}\r\n")
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
