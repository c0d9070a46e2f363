using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>
/// The files of the matrix: cases as a client or a provider would send them, and goldens that a person has read. Goldens are written
/// anew when <c>PARLEY_UPDATE_GOLDENS=1</c>; what changed is then seen in the diff.
/// </summary>
internal static class MatrixFiles
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("PARLEY_UPDATE_GOLDENS") == "1";

    private static string Root { get; } = Folder();

    internal static string[] Cases(string folder, string extension) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    internal static string[] Goldens() =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "Goldens"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(Root, "Goldens"), path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    internal static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    internal static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>Compares with the golden, text for text.</summary>
    internal static void AssertGolden(string path, string actual)
    {
        var file = Path.Combine(Root, "Goldens", path);
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        Assert.True(File.Exists(file), $"No golden {path}. Run with PARLEY_UPDATE_GOLDENS=1, read what was written, and keep it if it is right.");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    /// <summary>JSON with one member a line; numbers and strings as they came.</summary>
    internal static string Pretty(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.ToJsonString(Indented);

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
