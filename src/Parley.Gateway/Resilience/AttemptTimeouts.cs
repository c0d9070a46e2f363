using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience;

/// <summary>The time limits of one attempt: the model's own, else those of the provider's <c>http</c> section.</summary>
/// <param name="Connect">Null leaves it to the transport, whose limit is the provider's.</param>
/// <param name="FirstByte">Until the headers.</param>
/// <param name="FirstToken">Until the first content of a stream; null means no limit of its own.</param>
/// <param name="Idle">The longest silence inside the answer.</param>
internal readonly record struct AttemptTimeouts(TimeSpan? Connect, TimeSpan FirstByte, TimeSpan? FirstToken, TimeSpan Idle)
{
    internal static AttemptTimeouts Of(TimeoutsConfig model, HttpConfig provider) => new(
        model.Connect,
        model.FirstByte ?? TimeSpan.FromSeconds(provider.FirstByteSeconds),
        model.FirstToken,
        model.Idle ?? TimeSpan.FromSeconds(provider.IdleStreamSeconds));
}
