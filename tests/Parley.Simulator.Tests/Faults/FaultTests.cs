using System.Net;
using System.Text;
using Parley.Testing;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Faults;

/// <summary>Every fault of the table, on a stream and on a plain answer, in memory and on a real socket: what the client sees.</summary>
public sealed class FaultTests
{
    public static TheoryData<string, bool> All
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var fault in SimulatorFault.All)
            {
                data.Add(fault.Name, false);
                data.Add(fault.Name, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Fault_OnAStream_IsWhatItsDescriptionSays(string name, bool socket)
    {
        await using var host = await StartAsync(socket);
        using var client = host.CreateClient();
        var seen = await Seen.OfAsync(client, HelloStream.Replace("gpt-4o", Model(name), StringComparison.Ordinal));
        Assert.Equal(Expected(name, stream: true), seen.Kind);
        if (seen.Kind == "stalled")
            await host.Log.WaitForAbortAsync(Soon);
        else
            Assert.False(host.Log.Last.ClientAborted);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Fault_OnAPlainAnswer_IsWhatItsDescriptionSays(string name, bool socket)
    {
        await using var host = await StartAsync(socket);
        using var client = host.CreateClient();
        var seen = await Seen.OfAsync(client, Hello.Replace("gpt-4o", Model(name), StringComparison.Ordinal));
        Assert.Equal(Expected(name, stream: false), seen.Kind);
    }

    [Theory]
    [InlineData("cut-connection")]
    [InlineData("reset")]
    [InlineData("cut-body")]
    [InlineData("error-event")]
    public async Task MidStreamFault_AfterNEvents_LetsExactlyThoseThrough(string name)
    {
        foreach (var socket in (bool[])[false, true])
        {
            await using var host = await StartAsync(socket);
            using var client = host.CreateClient();
            var seen = await Seen.OfAsync(client, HelloStream.Replace("gpt-4o", $"sim-fault-{name}-3", StringComparison.Ordinal));
            Assert.Equal(name == "error-event" ? 4 : 3, seen.Text.Split("data: ").Length - 1);
            Assert.DoesNotContain("[DONE]", seen.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task FaultPlan_NextAndAlways_StrikeInOrder()
    {
        await using var host = await StartAsync(socket: false);
        using var client = host.CreateClient();
        host.Faults.Next(2, "503", "7");
        host.Faults.Next(1, "none");
        host.Faults.Always("429-ms", "250");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await client.SendAsync(Chat, Hello);
            statuses.Add(response.StatusCode);
            if (i == 0)
                Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
            if (i == 4)
                Assert.Equal("250", response.Headers.GetValues("retry-after-ms").Single());
        }
        Assert.Equal([(HttpStatusCode)503, (HttpStatusCode)503, HttpStatusCode.OK, (HttpStatusCode)429, (HttpStatusCode)429], statuses);
        host.Faults.Clear();
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(Chat, Hello)).StatusCode);
        Assert.Throws<ArgumentException>(() => host.Faults.Next(1, "no-such-fault"));
    }

    [Theory]
    [InlineData("sim-fault-stall-first-event", "stall-first-event", null)]
    [InlineData("sim-fault-429-ms-250", "429-ms", "250")]
    [InlineData("sim-fault-429-7", "429", "7")]
    [InlineData("sim-fault-slow-first-byte-1.5s", "slow-first-byte", "1.5s")]
    public void FaultChoice_FromModel_TakesTheLongestName(string model, string name, string? argument) =>
        Assert.Equal(new FaultChoice(SimulatorFault.Get(name), argument), FaultChoice.FromModel(model));

    [Fact]
    public async Task SlowFirstByte_ManualClock_WaitsForIt()
    {
        var time = new ManualTimeProvider();
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = time }, Soon);
        using var client = host.CreateClient();
        var answer = client.SendAsync(Chat, Hello, ("x-simulator-fault", "slow-first-byte; arg=30s"));
        await time.WaitForTimersAsync(1, Soon);
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
    }

    [Fact]
    public async Task Pace_ManualClock_SpacesTheEvents()
    {
        var time = new ManualTimeProvider();
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = time }, Soon);
        using var client = host.CreateClient();
        using var response = await client.SendAsync(Chat, HelloStream, ("x-simulator-pace", "100ms"), ("x-simulator-events", "3"));
        var text = response.Content.ReadAsStringAsync(Soon);
        // Role, three pieces, finish, [DONE]: five pauses between six events.
        for (var i = 0; i < 5; i++)
        {
            await time.WaitForTimersAsync(1, Soon);
            Assert.False(text.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.EndsWith("data: [DONE]\n\n", await text, StringComparison.Ordinal);
    }

    private static string Model(string fault) => fault switch
    {
        "slow-first-byte" => "sim-fault-slow-first-byte-1ms",
        "slow-drip" => "sim-fault-slow-drip-0ms",
        _ => $"sim-fault-{fault}",
    };

    private static string Expected(string name, bool stream) => SimulatorFault.Get(name).Kind switch
    {
        SimulatorFaultKind.None or SimulatorFaultKind.Slow => "whole",
        SimulatorFaultKind.Status => name[..3],
        SimulatorFaultKind.Stall => "stalled",
        _ => (name, stream) switch
        {
            ("cut-connection" or "malformed-chunk" or "reset", _) => "broken off",
            ("close-headers" or "reset-headers", _) => "no answer",
            ("cut-body", _) => "unfinished",
            ("empty", _) => "empty",
            ("error-body" or "error-first-event", _) => "error in 200",
            ("error-event", true) => "error in stream",
            ("error-event", false) => "error in 200",
            ("malformed-event", true) => "bad json",
            ("malformed-event", false) => "unfinished",
            ("wrong-content-type", _) => "wrong type",
            _ => "whole",
        },
    };

    private static Task<SimulatorHost> StartAsync(bool socket) => socket
        ? SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions(), Soon)
        : SimulatorHost.StartAsync(new SimulatorOptions(), Soon);

    private sealed record Seen(string Kind, string Text)
    {
        // Long enough for every answer that comes; a stall is what brings nothing for so long.
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

        public static async Task<Seen> OfAsync(HttpClient client, string body)
        {
            using var patience = new CancellationTokenSource();
            var text = new StringBuilder();
            try
            {
                patience.CancelAfter(Patience * 4);
                using var response = await client.SendAsync(Post(Chat, body), HttpCompletionOption.ResponseHeadersRead, patience.Token);
                if (!response.IsSuccessStatusCode)
                    return new Seen($"{(int)response.StatusCode}", await response.Content.ReadAsStringAsync(patience.Token));
                var buffer = new byte[65536];
                var stream = await response.Content.ReadAsStreamAsync(patience.Token);
                while (true)
                {
                    patience.CancelAfter(Patience * 2);
                    var read = await stream.ReadAsync(buffer, patience.Token);
                    if (read == 0)
                        break;
                    text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                }
                return new Seen(KindOf(response, text.ToString()), text.ToString());
            }
            catch (OperationCanceledException)
            {
                return new Seen("stalled", text.ToString());
            }
            catch (HttpRequestException)
            {
                return new Seen("no answer", "");
            }
            catch (IOException)
            {
                return new Seen("broken off", text.ToString());
            }
        }

        private static string KindOf(HttpResponseMessage response, string text)
        {
            var media = response.Content.Headers.ContentType?.MediaType;
            if (text.Length == 0)
                return "empty";
            if (media == "text/html")
                return "wrong type";
            if (media == "application/json")
                return text.StartsWith("""{"error":""", StringComparison.Ordinal) ? "error in 200" : text.EndsWith('}') && IsJson(text) ? "whole" : "unfinished";
            var lines = text.ReplaceLineEndings("\n").Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
            if (lines.Any(l => !IsJson(l)))
                return "bad json";
            if (lines[^1].StartsWith("""{"error":""", StringComparison.Ordinal))
                return lines.Count == 1 ? "error in 200" : "error in stream";
            return text.TrimEnd().EndsWith("data: [DONE]", StringComparison.Ordinal) ? "whole" : "unfinished";
        }

        private static bool IsJson(string text)
        {
            try
            {
                Parse(text);
                return true;
            }
            catch (System.Text.Json.JsonException)
            {
                return false;
            }
        }
    }
}
