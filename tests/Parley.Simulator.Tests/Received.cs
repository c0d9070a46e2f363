using System.Text;
using System.Text.Json;

namespace Parley.Simulator.Tests;

/// <summary>What came back: status, media type, and the body as it was.</summary>
internal sealed record Received(int Status, string? MediaType, string Text, byte[] Bytes)
{
    public static async Task<Received> OfAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, SimulatorClient.Soon);
            var bytes = await response.Content.ReadAsByteArrayAsync(SimulatorClient.Soon);
            return new Received((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, Encoding.UTF8.GetString(bytes), bytes);
        }
    }

    public JsonElement Json => SimulatorClient.Parse(Text);

    /// <summary>The events of a stream in whatever framing; names only where the framing has them.</summary>
    public List<(string? Name, JsonElement Data)> Events => MediaType switch
    {
        "application/vnd.amazon.eventstream" => [.. EventStreamReader.Read(Bytes).Select(frame => ((string?)frame.Name, SimulatorClient.Parse(frame.Payload)))],
        "application/json" => [.. Json.EnumerateArray().Select(one => ((string?)null, one))],
        _ => [.. Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n'))
            .Select(lines => (lines.FirstOrDefault(l => l.StartsWith("event: ", StringComparison.Ordinal))?[7..],
                SimulatorClient.Parse(lines.Single(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..])))],
    };
}
