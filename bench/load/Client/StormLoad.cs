using Parley.Load.Measures;
using Parley.Load.Proxies;

namespace Parley.Load.Client;

/// <summary>
/// The same streams twice, alone and while users sign in: what hashing passwords does to the gaps between their events.
/// </summary>
internal sealed class StormLoad(StreamLoad streams, TimeProvider time)
{
    public const string Alone = "streams alone";
    public const string WithSignIns = "streams and sign-ins";
    public const int StreamCount = 50;

    // The storm is at its height when the streams begin.
    private static readonly TimeSpan Rise = TimeSpan.FromMilliseconds(500);

    /// <summary>Both measurements, the quiet one first.</summary>
    public async Task<Measurement[]> RunAsync(Proxy proxy, int round, CancellationToken stop)
    {
        var storm = new SignInStorm(time);
        await storm.CreateUsersAsync(proxy, stop);
        var alone = await streams.RunAsync(proxy, StreamCount, round, stop, Alone);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var raging = storm.RunAsync(proxy, over.Token);
        await Task.Delay(Rise, time, stop);
        var (signedInBefore, refusedBefore) = storm.Counts;
        var stormy = await streams.RunAsync(proxy, StreamCount, round, stop, WithSignIns);
        var (signedIn, refused) = storm.Counts;
        await over.CancelAsync();
        await raging;
        Console.WriteLine(
            FormattableString.Invariant($"round {round}  {SignInStorm.Parallel} sign-ins at a time: {(signedIn - signedInBefore) / stormy.Elapsed.TotalSeconds:0.0}/s answered, ")
            + FormattableString.Invariant($"{(refused - refusedBefore) / stormy.Elapsed.TotalSeconds:0}/s told to wait"));
        var (errors, first) = storm.Errors;
        return [alone, stormy with { Errors = stormy.Errors + errors, FirstError = stormy.FirstError ?? first }];
    }
}
