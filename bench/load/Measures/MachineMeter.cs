using System.Diagnostics;
using System.Globalization;

namespace Parley.Load.Measures;

/// <summary>How much of the machine others took meanwhile: where that is much, figures are worth little.</summary>
internal readonly struct MachineMeter
{
    private readonly long _start;
    private readonly TimeSpan _busy;
    private readonly TimeSpan _own;

    private MachineMeter(long start, TimeSpan busy, TimeSpan own) => (_start, _busy, _own) = (start, busy, own);

    public static MachineMeter Start() => new(Stopwatch.GetTimestamp(), Busy(FirstLine()), Environment.CpuUsage.TotalTime);

    /// <returns>The share of all cores, from 0 to 1, that neither this process nor the measured one used.</returns>
    public double Others(TimeSpan measured)
    {
        var others = Busy(FirstLine()) - _busy - (Environment.CpuUsage.TotalTime - _own) - measured;
        return Math.Clamp(others / (Stopwatch.GetElapsedTime(_start) * Environment.ProcessorCount), 0, 1);
    }

    /// <summary>All time that was neither idle nor waiting for a disk; time stolen by the host counts as busy.</summary>
    internal static TimeSpan Busy(string line)
    {
        // cpu  user nice system idle iowait irq softirq steal …
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8);
        long[] ticks = [.. fields.Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return ProcFile.Tick * (ticks.Sum() - ticks[3] - ticks[4]);
    }

    private static string FirstLine() => File.ReadLines("/proc/stat").First();
}
