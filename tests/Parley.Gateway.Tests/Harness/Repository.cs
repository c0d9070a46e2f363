namespace Parley.Gateway.Tests.Harness;

/// <summary>The files of the project, for tests that read what is shipped.</summary>
internal static class Repository
{
    /// <summary>The project's folder.</summary>
    internal static string Root { get; } = Find();

    /// <summary>The text of a file below it.</summary>
    internal static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string Find()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Parley.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests do not run inside the project");
        return directory;
    }
}
