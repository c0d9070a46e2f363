namespace Parley.Gateway.Configuration;

/// <summary>Sizes, in bytes.</summary>
public sealed record LimitsConfig
{
    /// <summary>The largest request body that is read into memory.</summary>
    public long BodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The largest upload that is streamed through.</summary>
    public long UploadBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>All buffered bodies together; beyond it requests are answered 503.</summary>
    public long BufferedBytes { get; init; } = 512 * 1024 * 1024;
}
