namespace Parley.Gateway.Configuration.Reading;

/// <summary>The files of one load: read once, or taken as an earlier load found them.</summary>
/// <param name="before">Path → content (null: it was not there); null to read.</param>
internal sealed class FileContents(IReadOnlyDictionary<string, byte[]?>? before)
{
    private readonly Dictionary<string, byte[]?> _read = new(StringComparer.Ordinal);

    /// <summary>What this load found.</summary>
    public IReadOnlyDictionary<string, byte[]?> Read => _read;

    /// <summary>The bytes; null when the file is not there.</summary>
    /// <exception cref="IOException">It cannot be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public byte[]? Of(string file)
    {
        var bytes = before is not null && before.TryGetValue(file, out var known) ? known : BoundedFile.Read(file);
        _read[file] = bytes;
        return bytes;
    }
}
