namespace Parley.Testing;

/// <summary>The specifications and recordings beside the repository (<c>../shared</c>); they are read in place and may be missing.</summary>
public static class SharedFiles
{
    /// <summary>The directory, or null where this checkout has none.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The file of that path below <see cref="Root"/>, or null.</summary>
    public static string? Find(string path) => Root is { } root && File.Exists(Path.Combine(root, path)) ? Path.Combine(root, path) : null;

    /// <summary>The files below a directory of <see cref="Root"/> that match; none where it is missing.</summary>
    public static IReadOnlyList<string> List(string directory, string pattern) =>
        Root is { } root && Directory.Exists(Path.Combine(root, directory))
            ? [.. Directory.GetFiles(Path.Combine(root, directory), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    private static string? FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Parley.slnx")))
            {
                var shared = Path.Combine(at.FullName, "..", "shared");
                return Directory.Exists(shared) ? Path.GetFullPath(shared) : null;
            }
        }
        return null;
    }
}
