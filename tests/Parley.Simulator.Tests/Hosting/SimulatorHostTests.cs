using System.Text;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Hosting;

public sealed class SimulatorHostTests
{
    [Fact]
    public async Task Log_Request_KeepsTargetHeadersAndBytes()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        await client.AskAsync("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", Hello, ("traceparent", "00-1"));
        var request = host.Log.Last;
        await request.Finished.WaitAsync(Soon);
        Assert.Equal(("POST", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"), (request.Method, request.PathAndQuery));
        Assert.Equal("00-1", request.Header("Traceparent"));
        Assert.Equal(Hello, Encoding.UTF8.GetString(request.Body.Span));
        Assert.Equal((false, false, 1), (request.ClientAborted, request.BodyTruncated, host.Log.Count));
    }

    [Theory]
    [InlineData(false, "stall-headers")]
    [InlineData(true, "stall-headers")]
    [InlineData(false, "stall-first-event")]
    [InlineData(true, "stall-first-event")]
    [InlineData(false, "stall")]
    [InlineData(true, "stall")]
    public async Task Log_ClientLeaves_IsSeenInAllThreeWindows(bool socket, string fault)
    {
        await using var host = socket
            ? await SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions(), Soon)
            : await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        using var leave = new CancellationTokenSource();
        var sending = client.SendAsync(Post(Chat, HelloStream, ("x-simulator-fault", fault)), HttpCompletionOption.ResponseContentRead, leave.Token);
        await host.Log.WaitForCountAsync(1, Soon);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True((await host.Log.WaitForAbortAsync(Soon)).ClientAborted);
    }

    [Fact]
    public void Command_Arguments_AreRead()
    {
        var (options, port, problem) = SimulatorCommand.Parse(["--urls", "http://127.0.0.1:9123", "--key", "a", "--key", "b", "--pace", "20ms"]);
        Assert.Equal((9123, null), (port, problem));
        Assert.Equal((TimeSpan.FromMilliseconds(20), 2), (options.Pace, options.Keys.Count));
        Assert.NotNull(SimulatorCommand.Parse(["--urls", "http://0.0.0.0:80"]).Problem);
        Assert.NotNull(SimulatorCommand.Parse(["--pace"]).Problem);
    }
}
