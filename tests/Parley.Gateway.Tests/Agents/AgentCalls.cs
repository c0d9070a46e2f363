using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

/// <summary>What tests of agents ask of a gateway: a question plain or streamed, and the records of all runs.</summary>
internal static class AgentCalls
{
    /// <summary>Asks plainly.</summary>
    internal static async Task<(int Status, string Body)> AskAsync(this GatewayHost gateway, string agent, string query = "what is new?")
    {
        using var answer = await gateway.Client.PostAsync("/agents/" + agent, GatewayCalls.Json(JsonSerializer.Serialize(new { query })), GatewayCalls.Limit());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    /// <summary>Asks for a stream and gives its events as <c>name data</c>; the body of an error that came before it as the only one.</summary>
    internal static async Task<(int Status, List<(string Name, string Data)> Events)> StreamAsync(this GatewayHost gateway, string agent, string query = "what is new?")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agents/" + agent) { Content = GatewayCalls.Json(JsonSerializer.Serialize(new { query })) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
        var body = await answer.Content.ReadAsByteArrayAsync(GatewayCalls.Limit());
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") return ((int)answer.StatusCode, [("", Encoding.UTF8.GetString(body))]);
        using var frames = new SseFrameReader();
        body.CopyTo(Room(frames, body.Length));
        frames.Advance(body.Length);
        List<(string, string)> events = [];
        while (frames.TryRead(out var frame)) events.Add((Encoding.UTF8.GetString(frame.Event), Encoding.UTF8.GetString(frame.Data)));
        return ((int)answer.StatusCode, events);
    }

    /// <summary>The text of all deltas.</summary>
    internal static string Text(this IEnumerable<(string Name, string Data)> events) =>
        string.Concat(events.Where(static e => e.Name == "delta").Select(static e => JsonDocument.Parse(e.Data).RootElement.GetProperty("text").GetString()));

    /// <summary>All records, newest first.</summary>
    internal static async Task<IReadOnlyList<JsonElement>> RecordsAsync(this GatewayHost gateway)
    {
        await gateway.RecordAsync();
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/requests"));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(static item => item.Clone())];
    }

    private static Memory<byte> Room(SseFrameReader frames, int length)
    {
        var room = frames.GetMemory();
        Assert.True(room.Length >= length, "the answer is longer than one read of a test");
        return room;
    }
}
