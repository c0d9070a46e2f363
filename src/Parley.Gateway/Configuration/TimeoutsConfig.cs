namespace Parley.Gateway.Configuration;

/// <summary>How long each step of a call to a model may take (<c>timeouts</c>); what is null is the provider's <c>http</c> setting.</summary>
public sealed record TimeoutsConfig
{
    /// <summary>Nothing written.</summary>
    public static TimeoutsConfig None { get; } = new();

    /// <summary><c>connectSeconds</c>: until a connection stands, TLS included; the wait for a free one counts.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary><c>firstByteSeconds</c>: from the sent request to the headers of the answer.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary><c>firstTokenSeconds</c>: from the sent request to the first content of a stream; null means no limit of its own.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary><c>idleSeconds</c>: the longest silence inside an answer.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary><c>totalSeconds</c>: the whole request, all attempts and waits together; null means no limit.</summary>
    public TimeSpan? Total { get; init; }
}
