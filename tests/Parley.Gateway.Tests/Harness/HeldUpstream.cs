using System.Threading.Channels;

namespace Parley.Gateway.Tests.Harness;

/// <summary>
/// A provider whose calls wait until the test answers them.
/// <code>
/// var call = await upstream.NextAsync();       // the gateway has called
/// await call.SendAsync("data: …\n\n");         // a part of a stream, flushed
/// call.End();
/// </code>
/// </summary>
internal sealed class HeldUpstream : IAsyncDisposable
{
    private readonly CannedUpstream _upstream;
    private readonly Channel<HeldCall> _calls = Channel.CreateUnbounded<HeldCall>();
    private int _count;

    private HeldUpstream(CannedUpstream upstream)
    {
        _upstream = upstream;
        upstream.Answer = async context =>
        {
            Interlocked.Increment(ref _count);
            var call = new HeldCall(context);
            await _calls.Writer.WriteAsync(call);
            await call.Ended;
        };
    }

    internal string Address => _upstream.Address;

    /// <summary>Calls so far.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal static async Task<HeldUpstream> StartAsync() => new(await CannedUpstream.StartAsync());

    /// <summary>The next call, as soon as it has come.</summary>
    internal async Task<HeldCall> NextAsync() => await NextAsync(GatewayCalls.Limit());

    internal async Task<HeldCall> NextAsync(CancellationToken cancellation) => await _calls.Reader.ReadAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        while (_calls.Reader.TryRead(out var call)) call.End();
        await _upstream.DisposeAsync();
    }
}
