namespace Parley.Gateway.Storage;

/// <summary>The directory of the database, the pepper and the journal (<c>--data</c>): readable by its owner only when Parley makes it.</summary>
internal static class DataDirectory
{
    /// <summary>Makes the directory, with its parents, where it is missing; leaves an existing one as it is.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
