using System.Security.Cryptography;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Access;

/// <summary>
/// The secret that keys are hashed with: 32 random bytes in the file <c>pepper</c> of the data directory, readable by its owner
/// only. A copy of the database alone gives nobody a chance to guess keys; without this file all stored keys are invalid.
/// </summary>
internal static class Pepper
{
    private const int Size = 32;

    /// <summary>The file's full path.</summary>
    public static string FileIn(string dataDirectory) => Path.GetFullPath(Path.Combine(dataDirectory, "pepper"));

    /// <summary>Reads the file, or makes it at the first start.</summary>
    /// <exception cref="StorageException">The file has another size or cannot be read or written.</exception>
    public static byte[] LoadOrCreate(string dataDirectory)
    {
        var path = FileIn(dataDirectory);
        try
        {
            DataDirectory.Create(Path.GetDirectoryName(path)!);
            if (!File.Exists(path)) Create(path);
            var pepper = File.ReadAllBytes(path);
            if (pepper.Length == Size) return pepper;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The file {path}, which keys are checked with, cannot be used: {e.Message}", e);
        }

        throw new StorageException(
            $"The file {path}, which keys are checked with, is not {Size} bytes long. Restore it from a backup; when it is lost, delete it, start "
            + "again and make new keys: those of before stay invalid.");
    }

    // Written whole under another name and then linked: of two processes that start together one wins, and no one reads half a file.
    private static void Create(string path)
    {
        var draft = path + "." + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Size));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // The other process was first; its pepper is the one.
            }
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
