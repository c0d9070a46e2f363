using Parley.Gateway.Configuration;

namespace Parley.Gateway.Hosting;

/// <summary>What a start has to tell the person who started it.</summary>
public sealed class StartReport
{
    /// <summary>The admin key that this first start has made; null at later starts. It can be shown only now.</summary>
    public Secret? NewAdminKey { get; internal set; }

    /// <summary>A model that a first request can name; null when the catalogue has none.</summary>
    public string? ExampleModel { get; internal set; }

    /// <summary>How long a streamed answer may be silent before it gets a comment; zero for ever.</summary>
    public TimeSpan Heartbeat { get; internal set; }
}
