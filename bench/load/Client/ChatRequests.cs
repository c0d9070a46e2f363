using System.Text;

namespace Parley.Load.Client;

/// <summary>The requests that are sent, head and body in one piece, made once before anything is measured.</summary>
internal static class ChatRequests
{
    /// <summary>A plain chat completion whose body has exactly <paramref name="bodyBytes"/> bytes; <c>stream</c> is absent.</summary>
    public static byte[] Plain(int bodyBytes, int port, string? key) => Request(Body(bodyBytes, ""), port, key);

    /// <summary>A streamed chat completion of about 1 KB that does not ask for usage, as most clients do not.</summary>
    public static byte[] Streamed(int port, string? key) => Request(Body(1024, ",\"stream\":true"), port, key);

    private static byte[] Body(int bytes, string more)
    {
        const string start = """{"model":"bench","messages":[{"role":"system","content":"You are a careful clerk.\nAnswer \"briefly\"."},{"role":"user","content":" """;
        var end = "\"}],\"temperature\":0.7,\"max_tokens\":256" + more + "}";
        return Encoding.UTF8.GetBytes(start.TrimEnd() + Prose.Escaped(bytes - start.TrimEnd().Length - end.Length) + end);
    }

    private static byte[] Request(byte[] body, int port, string? key) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: load/1\r\nAccept: application/json\r\n"
            + (key is null ? "" : $"Authorization: Bearer {key}\r\n")
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
