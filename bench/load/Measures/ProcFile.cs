using System.Globalization;

namespace Parley.Load.Measures;

/// <summary>Reads what Linux tells about a process (proc(5)).</summary>
internal static class ProcFile
{
    /// <summary>The unit of times in /proc: USER_HZ is 100 on every architecture that .NET runs on.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>The process and all its descendants.</summary>
    public static IReadOnlyList<int> Tree(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), out var id) && Read(id, "stat") is { } stat)
                parents[id] = ParentOf(stat);
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(pair => pair.Key));
        return tree;
    }

    public static TimeSpan CpuOf(int id) => Read(id, "stat") is { } stat ? Cpu(stat) : TimeSpan.Zero;

    /// <summary>A size such as VmHWM or VmRSS from the status file, in bytes; 0 when the process is gone.</summary>
    public static long SizeOf(int id, string name) => Read(id, "status") is { } status ? Size(status, name) : 0;

    /// <summary>Asks Linux to count VmHWM anew from now on; false where that is not allowed.</summary>
    public static bool TryResetPeak(int id)
    {
        try
        {
            File.WriteAllText($"/proc/{id}/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>User and system time, with that of children that have ended and were waited for.</summary>
    internal static TimeSpan Cpu(string stat)
    {
        var fields = AfterName(stat); // fields[0] is field 3 of the manual page; 14 to 17 are utime, stime, cutime, cstime
        return Tick * Enumerable.Range(11, 4).Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture));
    }

    internal static int ParentOf(string stat) => int.Parse(AfterName(stat)[1], CultureInfo.InvariantCulture);

    internal static long Size(string status, string name)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] == ':')
                return 1024 * long.Parse(line[(name.Length + 1)..].Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
        return 0;
    }

    // The name stands in parentheses and may itself hold blanks and parentheses.
    private static string[] AfterName(string stat) => stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

    private static string? Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it ended meanwhile
        }
    }
}
