using System.Text.Json;

namespace Parley.Simulator.Tests.Foundry;

/// <summary>How the tests speak to Foundry's agents: paths below the project, with the version.</summary>
internal static class AgentClient
{
    public const string Project = "/api/projects/p";

    public static string Url(string path) => $"{Project}/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version=v1";

    public static Task<Received> PostAgentAsync(this HttpClient client, string path, string body) =>
        Received.OfAsync(client, SimulatorClient.Post(Url(path), body));

    public static Task<Received> GetAgentAsync(this HttpClient client, string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Get, Url(path)));

    public static Task<Received> DeleteAgentAsync(this HttpClient client, string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Delete, Url(path)));

    /// <summary>A new thread with this question.</summary>
    public static async Task<string> ThreadAsync(this HttpClient client, string question)
    {
        var received = await client.PostAgentAsync("threads", $$"""{"messages":[{"role":"user","content":{{JsonSerializer.Serialize(question)}}}]}""");
        return Id(received);
    }

    public static async Task<string> RunAsync(this HttpClient client, string thread, string agent) =>
        Id(await client.PostAgentAsync($"threads/{thread}/runs", $$"""{"assistant_id":"{{agent}}"}"""));

    public static string Id(Received received)
    {
        Assert.True(received.Status == 200, received.Text);
        return received.Json.GetProperty("id").GetString()!;
    }

    /// <summary>The run's statuses until it ends, or ten of them.</summary>
    public static async Task<List<string>> PollAsync(this HttpClient client, string thread, string run)
    {
        var statuses = new List<string>();
        while (statuses.Count < 10 && (statuses.Count == 0 || statuses[^1] is "queued" or "in_progress" or "cancelling"))
            statuses.Add((await client.GetAgentAsync($"threads/{thread}/runs/{run}")).Json.GetProperty("status").GetString()!);
        return statuses;
    }
}
