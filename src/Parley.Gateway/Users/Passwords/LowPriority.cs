using System.Runtime.InteropServices;

namespace Parley.Gateway.Users.Passwords;

/// <summary>Puts a thread behind those that carry answers when there are fewer cores than work.</summary>
internal static class LowPriority
{
    private const int WhichThread = 0; // PRIO_PROCESS: on Linux 0 names the calling thread alone
    private const int Nice = 10; // a tenth of the share of a thread of usual priority; a core that is free it has whole

    /// <summary>Lowers the calling thread. .NET's own ThreadPriority does nothing on Linux. What the system refuses is left as it is.</summary>
    public static void Enter()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(WhichThread, 0, Nice);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
