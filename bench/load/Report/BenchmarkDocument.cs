namespace Parley.Load.Report;

/// <summary>The page that holds the tables: what stands between two marks is replaced, what people wrote around them stays.</summary>
internal static class BenchmarkDocument
{
    private const string Begin = "<!-- bench/load writes from here -->";
    private const string End = "<!-- to here -->";

    private const string NewPage = $"""
        # Benchmarks

        `bench/load/run.sh` measures Parley beside nginx and beside a bare Kestrel + SocketsHttpHandler copy loop
        (`bench/Floor`), all in one run, and writes the tables below.
        Absolute figures belong to the machine; the ratios are what to read and to compare.

        {Begin}
        {End}

        """;

    /// <returns>The file's path.</returns>
    public static string Write(string file, string tables)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, Replace(File.Exists(file) ? File.ReadAllText(file) : NewPage, tables));
        return file;
    }

    internal static string Replace(string page, string tables)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin
            ? $"{page.TrimEnd()}\n\n{Begin}\n{tables}\n{End}\n"
            : $"{page[..(begin + Begin.Length)]}\n{tables}\n{page[end..]}";
    }
}
