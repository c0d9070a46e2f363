using System.Text;

namespace Parley.Benchmarks;

/// <summary>Request and answer bodies to measure with. Made, not recorded; prose has the escapes that prompts have.</summary>
internal static class Bodies
{
    private const string Prose =
        "The committee said that it would look into the matter once the figures for the last quarter had been brought together, and then ";

    internal static byte[] Small { get; } = Chat(700, 60);

    /// <summary>100 KB, one message, an escape in about 60 bytes.</summary>
    internal static byte[] Large60 { get; } = Chat(100_000, 60);

    /// <summary>100 KB, one message, an escape in about 20 bytes.</summary>
    internal static byte[] Large20 { get; } = Chat(100_000, 20);

    /// <summary>100 KB, one message, no escape at all.</summary>
    internal static byte[] LargePlain { get; } = Chat(100_000, int.MaxValue);

    /// <summary>131 KB in 400 messages.</summary>
    internal static byte[] Conversation { get; } = Messages(400, 290);

    internal static byte[] ChatStream(int events)
    {
        var text = new StringBuilder();
        for (var i = 0; i < events; i++)
        {
            var delta = i == 0 ? "\"role\":\"assistant\",\"content\":\"\"" : "\"content\":\" word\"";
            text.Append("data: ");
            text.Append(Chunk($"[{{\"index\":0,\"delta\":{{{delta}}},\"logprobs\":null,\"finish_reason\":null}}]", "null"));
        }

        text.Append("data: ").Append(Chunk("[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]", "null"));
        text.Append("data: ").Append(Chunk("[]",
            "{\"prompt_tokens\":12,\"completion_tokens\":400,\"total_tokens\":412,\"prompt_tokens_details\":{\"cached_tokens\":4}}"));
        return Encoding.UTF8.GetBytes(text.Append("data: [DONE]\n\n").ToString());
    }

    internal static byte[] ResponsesStream(int events)
    {
        var text = new StringBuilder();
        Event("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5\",\"status\":\"in_progress\"}", 0);
        for (var i = 1; i <= events; i++)
            Event("response.output_text.delta",
                "\"item_id\":\"msg_68ca\",\"output_index\":0,\"delta\":\" word\",\"logprobs\":[],\"obfuscation\":\"Qup1B\"", i);
        Event("response.completed",
            "\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5\",\"status\":\"completed\","
            + "\"usage\":{\"input_tokens\":12,\"output_tokens\":400}}", events + 1);
        return Encoding.UTF8.GetBytes(text.ToString());

        void Event(string type, string rest, int number) =>
            text.Append($"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{number},{rest}}}\n\n");
    }

    internal static byte[] ChatAnswer { get; } = Encoding.UTF8.GetBytes(
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1770933892,\"model\":\"gpt-4.1-nano\",\"choices\":[{\"index\":0,"
        + "\"message\":{\"role\":\"assistant\",\"content\":\""
        + Text(700, 60) + "\",\"refusal\":null},\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":100,\"total_tokens\":112}}");

    internal static byte[] Embeddings { get; } = Encoding.UTF8.GetBytes(
        "{\"object\":\"list\",\"data\":[" + string.Join(',', Enumerable.Range(0, 32).Select(i =>
            $"{{\"object\":\"embedding\",\"index\":{i},\"embedding\":["
        + string.Join(',', Enumerable.Range(0, 1536).Select(j => $"-0.0{(i * 7919) + (j * 104729)}")) + "]}"))
        + "],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}");

    private static string Chunk(string choices, string usage) =>
        "{\"id\":\"chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0\",\"object\":\"chat.completion.chunk\",\"created\":1770933892,"
        + "\"model\":\"gpt-4.1-nano-2025-04-14\","
        + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_de604bd877\",\"choices\":" + choices
        + ",\"usage\":" + usage + ",\"obfuscation\":\"Qup1BsQ3\"}\n\n";

    private static byte[] Chat(int length, int every) => Encoding.UTF8.GetBytes(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"You are brief.\"},{\"role\":\"user\",\"content\":\"" + Text(length, every)
        + "\"}],\"model\":\"gpt-4o\",\"temperature\":0.7,\"max_tokens\":500,\"stream\":true}");

    private static byte[] Messages(int count, int length) => Encoding.UTF8.GetBytes(
        "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":["
        + string.Join(',', Enumerable.Range(0, count).Select(i =>
            $"{{\"role\":\"{(i % 2 == 0 ? "user" : "assistant")}\",\"content\":\"{Text(length, 60)}\"}}")) + "]}");

    private static string Text(int length, int every)
    {
        var text = new StringBuilder(length + 20);
        for (var (next, i) = (every, 0); text.Length < length;)
        {
            text.Append(Prose[i++ % Prose.Length]);
            if (every == int.MaxValue || text.Length < next) continue;
            text.Append((next / every) % 3 == 0 ? "\\n" : "\\\"");
            next += every;
        }

        return text.ToString();
    }
}
