using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>A file and what is kept of it: the beginning, up to <see cref="UploadReader.KeptBytes"/>.</summary>
internal sealed record StoredFile(SimulatedFile File, long Created, byte[] Kept)
{
    public bool IsWhole => File.Length == Kept.Length;

    /// <summary>As many bytes as were uploaded: those that are kept, again and again.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Content()
    {
        for (var left = File.Length; left > 0; left -= Kept.Length)
            yield return Kept.AsMemory(0, (int)Math.Min(left, Kept.Length));
    }

    public JsonObject Write() => new()
    {
        ["object"] = "file",
        ["id"] = File.Id,
        ["purpose"] = File.Purpose,
        ["filename"] = File.Name,
        ["bytes"] = File.Length,
        ["created_at"] = Created,
        ["expires_at"] = null,
        ["status"] = "processed",
        ["status_details"] = null,
    };
}
