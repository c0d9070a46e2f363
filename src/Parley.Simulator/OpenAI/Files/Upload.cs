namespace Parley.Simulator;

/// <summary>What a multipart upload brought: its purpose, and of its file the name, the beginning, length and hash.</summary>
internal sealed record Upload
{
    public string? Purpose { get; set; }

    /// <summary>Null when there was no part named <c>file</c>.</summary>
    public string? FileName { get; set; }

    public byte[] Kept { get; set; } = [];

    public long Length { get; set; }

    public string Sha256 { get; set; } = "";

    /// <summary>Why it could not be read; null when it could.</summary>
    public Refusal? Problem { get; set; }
}
