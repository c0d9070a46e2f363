using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Simulator.InMemory;

namespace Parley.Simulator;

/// <summary>
/// The simulated providers on a real Kestrel, in this process.
/// <code>
/// await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), ct);      // in memory: no port
/// using var client = host.CreateClient();                                                 // or any SocketsHttpHandler:
/// //  new SocketsHttpHandler { ConnectCallback = async (_, ct) => await host.ConnectAsync(ct) }
/// var answer = await client.PostAsJsonAsync("/v1/chat/completions",
///     new { model = "gpt-4o", messages = new[] { new { role = "user", content = "hello" } } }, ct);
/// // "[simulated] hello"
/// </code>
/// <para>
/// <b>Which vendor</b> follows from the path: <c>/v1/…</c> is OpenAI; <c>/openai/deployments/…</c>, <c>/openai/v1/…</c>,
/// <c>/openai/responses</c> and <c>/openai/models</c> are Azure OpenAI; <c>/v1/messages…</c> (and <c>/v1/models</c> with <c>anthropic-version</c>) is
/// Anthropic, <c>/anthropic/v1/…</c> Claude on Azure; <c>/v1beta/models/…</c> is Gemini; <c>/model/{id}/converse…</c> and <c>…/invoke</c> are Bedrock;
/// <c>/api/projects/{project}/…</c> is Foundry: classic agents (<c>threads…</c>) and new ones (<c>openai/v1/{conversations,responses}</c>), bearer tokens only.
/// </para>
/// <para>
/// <b>Answers</b> follow from the request alone. Headers steer them: <c>x-simulator-pace: 100ms</c> (pause between events),
/// <c>x-simulator-events: 50</c> (number of content events), <c>x-simulator-answer-bytes: 100000</c> (length of the text).
/// A model <c>…-cached</c> reports half of the prompt as cached. <c>call:NAME</c> in the last user text calls that tool;
/// <c>simulate:NAME</c> there asks for what a vendor does of its own accord: <c>refusal</c> and <c>redacted_thinking</c> (Anthropic, Bedrock's Claude),
/// <c>blocked</c> and <c>finish=SAFETY</c> or another reason (Gemini), <c>guardrail</c> (Bedrock).
/// </para>
/// <para>
/// <b>Faults</b>: model <c>sim-fault-NAME[-ARG]</c>, header <c>x-simulator-fault: NAME; arg=ARG</c>, or <see cref="Faults"/> for requests
/// that can carry neither. <see cref="SimulatorFault.All"/> lists them.
/// </para>
/// <para>
/// <b>Agents</b> exist under every name but <c>missing…</c> (<c>asst_missing…</c>); <see cref="LiveThreads"/> and <see cref="LiveConversations"/> count what
/// was not deleted. An answer cites sources (markers such as <c>【3:0†source】</c> in the text) when the name begins with <c>bing</c> or the question contains
/// <c>cite</c>. A name <c>[asst_]sim-fault-failed[-CODE]</c>, <c>-incomplete</c>, <c>-expired</c>, <c>-cancelled</c>, <c>-requires-action</c> or
/// <c>-stuck</c> ends the run so; <c>[asst_]sim-fault-NAME[-ARG]@poll</c> is a fault of the table on that call (<c>run</c>, <c>poll</c>, <c>steps</c>,
/// <c>messages</c>, <c>items</c>, <c>cancel</c>, <c>delete</c>); <see cref="FaultPlan.At"/> strikes any call.
/// </para>
/// <para>
/// <b>Files and batches</b> (<c>/v1/files</c>, <c>/v1/batches</c>, Azure's two ways): an upload is read as it arrives and no more than its beginning is kept
/// (<see cref="Files"/> has its length and hash; a download is as long, the kept bytes again and again). An id that another simulator gave is not found here,
/// in chat and Responses neither.
/// </para>
/// <para><b>What arrived</b> is in <see cref="Log"/>: headers, bytes, and whether the client left before the end.</para>
/// </summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly InMemoryTransport? transport;
    private readonly SimulatorState state;

    private SimulatorHost(WebApplication app, SimulatorOptions options, InMemoryTransport? transport, Uri baseAddress)
    {
        this.app = app;
        this.transport = transport;
        Faults = options.Faults;
        BaseAddress = baseAddress;
        Log = app.Services.GetRequiredService<SimulatorLog>();
        state = app.Services.GetRequiredService<SimulatorState>();
    }

    /// <summary><c>http://simulator</c> in memory, <c>http://127.0.0.1:PORT</c> on loopback.</summary>
    public Uri BaseAddress { get; }

    /// <summary>What it received.</summary>
    public SimulatorLog Log { get; }

    /// <summary>The plan of the options it was started with.</summary>
    public FaultPlan Faults { get; }

    /// <summary>The files it holds, oldest first: uploads, and what batches came to.</summary>
    public IReadOnlyList<SimulatedFile> Files => [.. state.Files.All.Select(file => file.File)];

    /// <summary>How many bytes of uploads have arrived; it grows while they arrive.</summary>
    public long UploadedBytes => state.UploadedBytes;

    /// <summary>How many threads of classic agents were made and not deleted.</summary>
    public int LiveThreads => state.Threads.Count;

    /// <summary>How many conversations of new agents were made and not deleted.</summary>
    public int LiveConversations => state.Conversations.Count;

    /// <summary>Starts on an in-memory transport: real HTTP, no port, reached through <see cref="ConnectAsync"/>.</summary>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        var transport = new InMemoryTransport();
        var app = Build(options, web => web.UseInMemoryTransport(transport));
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return new SimulatorHost(app, options, transport, new Uri("http://simulator"));
    }

    /// <summary>Starts on a loopback socket; port 0 takes a free one.</summary>
    public static async Task<SimulatorHost> StartOnLoopbackAsync(SimulatorOptions options, int port, CancellationToken cancellationToken)
    {
        var app = Build(options, web => web.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port)));
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new SimulatorHost(app, options, transport: null, new Uri(address));
    }

    /// <summary>As <see cref="StartOnLoopbackAsync(SimulatorOptions, int, CancellationToken)"/>, on a free port.</summary>
    public static Task<SimulatorHost> StartOnLoopbackAsync(SimulatorOptions options, CancellationToken cancellationToken) =>
        StartOnLoopbackAsync(options, 0, cancellationToken);

    /// <summary>A new duplex stream to the simulator, for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (transport is not null)
            return await transport.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, BaseAddress.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A client whose connections all go to this simulator, with a credential when <paramref name="key"/> is not null.</summary>
    public HttpClient CreateClient(string? key = "sk-sim")
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, ct) => await ConnectAsync(ct).ConfigureAwait(false) };
        var client = new HttpClient(handler) { BaseAddress = BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            client.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");
        return client;
    }

    /// <summary>Stops at once: requests in progress are aborted.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync().ConfigureAwait(false);
            await app.StopAsync(now.Token).ConfigureAwait(false);
        }
        transport?.Close();
        await app.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(SimulatorOptions options, Action<IWebHostBuilder> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 256 * 1024 * 1024;
            // Faults hold connections still on purpose; the client decides when that is too long.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        listen(builder.WebHost);
        builder.Logging.ClearProviders();
        builder.Services.AddSimulator(options);
        var app = builder.Build();
        app.MapSimulator();
        return app;
    }
}
