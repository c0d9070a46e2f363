using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Processes;

/// <summary>Whatever moment the process dies at: an answer that a client has seen whole is in the ledger, once.</summary>
[Trait("Category", "Long")]
public sealed class KillTests
{
    private const int Clients = 20;
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Kill9_UnderLoad_EveryWholeAnswerHasItsRecordOnce()
    {
        await using var upstream = await SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions(), GatewayCalls.Limit());
        var directory = Directory.CreateTempSubdirectory("parley-kill-").FullName;
        var data = Path.Combine(directory, "data");
        var whole = new ConcurrentBag<string>();
        try
        {
            using (var parley = await ParleyProcess.StartAsync(directory, data, upstream.BaseAddress))
            {
                using var dead = new CancellationTokenSource();
                var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(() => AskAsync(parley.Client, number, whole, dead.Token))).ToList();
                await Task.Delay(Load, TimeProvider.System, GatewayCalls.Limit());
                await parley.KillAsync();
                await dead.CancelAsync();
                await Task.WhenAll(clients);
            }

            Assert.True(whole.Count > Clients, $"only {whole.Count} answers in {Load}");
            using var again = await ParleyProcess.StartAsync(directory, data, upstream.BaseAddress);
            var recorded = await RecordedAsync(again.Client);
            Assert.Empty(whole.Except(recorded));
            Assert.Equal(recorded.Count, recorded.Distinct().Count());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Each client asks again and again, plain and streamed in turn, and notes the answers that it has read to their end.
    private static async Task AskAsync(HttpClient client, int number, ConcurrentBag<string> whole, CancellationToken dead)
    {
        for (var turn = number; !dead.IsCancellationRequested; turn++)
        {
            var stream = turn % 2 == 0;
            try
            {
                using var answer = await client.PostAsync(GatewayCalls.Chat, GatewayCalls.Json(GatewayCalls.Body(GatewayCalls.Chat, stream, text: "count " + turn)), dead);
                var text = await answer.Content.ReadAsStringAsync(dead);
                if (answer.IsSuccessStatusCode && (stream ? text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) : text.EndsWith('}')))
                    whole.Add(answer.Headers.GetValues("x-request-id").Single());
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // The server has died: this answer was not seen whole.
                return;
            }
        }
    }

    private static async Task<List<string>> RecordedAsync(HttpClient client)
    {
        // What the killed process left is replayed in the background.
        var ids = new List<string>();
        for (string? cursor = null; ;)
        {
            using var answer = await client.GetAsync("/admin/requests?limit=500" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            Assert.False(answer.Headers.Contains("x-parley-ledger-pending"), "the journal was not replayed in time");
            using var page = JsonDocument.Parse(text);
            ids.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("requestId").GetString()!));
            cursor = page.RootElement.GetProperty("cursor").GetString();
            if (cursor is null) return ids;
        }
    }
}
