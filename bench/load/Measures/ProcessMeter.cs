namespace Parley.Load.Measures;

/// <summary>Measures a proxy's processes over a phase.</summary>
internal sealed class ProcessMeter : IDisposable
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<int> _processes;
    private readonly TimeSpan _cpuBefore;
    private readonly MachineMeter _machine;
    private readonly Task<long>? _sampling;

    private ProcessMeter(int? root)
    {
        _processes = root is { } id ? ProcFile.Tree(id) : [];
        var resets = _processes.Select(ProcFile.TryResetPeak).ToArray();
        if (resets.Contains(false))
            _sampling = SampleAsync();
        _machine = MachineMeter.Start();
        _cpuBefore = Cpu();
    }

    /// <param name="root">The proxy's process, or null where there is none.</param>
    public static ProcessMeter Start(int? root) => new(root);

    public async Task<ProcessUsage> StopAsync()
    {
        var cpu = Cpu() - _cpuBefore;
        var others = _machine.Others(cpu);
        await _stop.CancelAsync();
        var peak = _sampling is null ? _processes.Sum(id => ProcFile.SizeOf(id, "VmHWM")) : await _sampling;
        return _processes.Count == 0 ? ProcessUsage.None(others) : new ProcessUsage(cpu, peak, others, IsMeasured: true);
    }

    public void Dispose() => _stop.Dispose();

    private TimeSpan Cpu() => _processes.Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcFile.CpuOf(id));

    /// <summary>
    /// Where the peak cannot be reset (another user's process, an old kernel) the present size is read ten times a second instead.
    /// </summary>
    private async Task<long> SampleAsync()
    {
        var peak = 0L;
        using var timer = new PeriodicTimer(SampleEvery, TimeProvider.System);
        try
        {
            do
                peak = Math.Max(peak, _processes.Sum(id => ProcFile.SizeOf(id, "VmRSS")));
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
        return peak;
    }
}
