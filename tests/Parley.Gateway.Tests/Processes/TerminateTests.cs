using System.Text.Json;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Processes;

/// <summary>SIGTERM: what runs is finished, what is new is refused, the ledger is flushed.</summary>
[Trait("Category", "Long")]
public sealed class TerminateTests
{
    private const int Streams = 5;

    [Fact]
    public async Task Sigterm_WhileStreamsRun_TheyFinishWholeAndTheProcessEndsWell()
    {
        await using var upstream = await SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions { Pace = TimeSpan.FromMilliseconds(50) }, GatewayCalls.Limit());
        var directory = Directory.CreateTempSubdirectory("parley-term-").FullName;
        var data = Path.Combine(directory, "data");
        try
        {
            List<string> ids;
            using (var parley = await ParleyProcess.StartAsync(directory, data, upstream.BaseAddress))
            {
                Assert.Equal(200, (int)(await parley.Client.GetAsync("/readyz")).StatusCode);
                var running = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => BeginAsync(parley.Client)));

                parley.Terminate();
                await AssertRefusedAsync(parley.Client);

                var texts = await Task.WhenAll(running.Select(answer => answer.Content.ReadAsStringAsync(GatewayCalls.Limit())));
                Assert.All(texts, text => Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal));
                Assert.All(texts, text => Assert.Equal(40, text.Split("\"content\":\"").Length - 2));
                ids = [.. running.Select(answer => answer.Headers.GetValues("x-request-id").Single())];
                Assert.Equal(0, await parley.WaitAsync());
                Assert.DoesNotContain("fail:", parley.Output, StringComparison.Ordinal);
                foreach (var answer in running) answer.Dispose();
            }

            // Flushed: the journal is empty, everything is in the database.
            Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(data, "ledger")), file => new FileInfo(file).Length > 64);
            using var again = await ParleyProcess.StartAsync(directory, data, upstream.BaseAddress);
            foreach (var id in ids)
            {
                using var page = JsonDocument.Parse(await again.Client.GetStringAsync("/admin/requests?requestId=" + id));
                var record = Assert.Single(page.RootElement.GetProperty("items").EnumerateArray());
                Assert.Equal(("", "stop"), (record.Flags(), record.GetProperty("finishReason").GetString()));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<HttpResponseMessage> BeginAsync(HttpClient client)
    {
        var answer = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, GatewayCalls.Chat) { Content = GatewayCalls.Json(GatewayCalls.Body(GatewayCalls.Chat, stream: true, model: "long")) },
            HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)answer.StatusCode);
        return answer;
    }

    // The signal needs a moment; from then on either nobody listens or readiness says no.
    private static async Task AssertRefusedAsync(HttpClient client)
    {
        var limit = GatewayCalls.Limit();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/readyz", limit);
                if ((int)answer.StatusCode == 503) return;
            }
            catch (HttpRequestException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit);
        }
    }
}
