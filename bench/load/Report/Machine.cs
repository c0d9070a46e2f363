using System.Runtime.InteropServices;

namespace Parley.Load.Report;

/// <summary>Where and when the figures were taken.</summary>
internal sealed record Machine(string Cpu, int Cores, string Kernel, string DotNet, DateOnly Date)
{
    public static Machine Read(TimeProvider time)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return new Machine(
            model?[(model.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription,
            DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
    }
}
