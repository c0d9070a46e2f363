namespace Parley.Gateway.Configuration.Reading;

/// <summary>Reads a configuration file whole, but never more than a configuration can be.</summary>
internal static class BoundedFile
{
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>The bytes; null when the file is not there.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[]? Read(string path)
    {
        try
        {
            // Delete is shared so that an editor or a mounted volume can swap the file meanwhile.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                if (copy.Length + read > MaxBytes)
                    throw new IOException($"the file is larger than {MaxBytes / 1024 / 1024} MB");
                copy.Write(buffer, 0, read);
            }

            return copy.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
