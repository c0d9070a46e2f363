namespace Parley.Gateway.Tests.Resilience.Matrix;

/// <summary>How a faulty target is asked.</summary>
/// <param name="IsStream">The client wants a stream.</param>
/// <param name="IsTranslated">The target speaks another dialect than the client.</param>
/// <param name="HasSecond">Behind it stands a second target that is well.</param>
internal sealed record FaultMode(bool IsStream, bool IsTranslated, bool HasSecond)
{
    internal static IEnumerable<FaultMode> All { get; } =
    [
        .. from translated in (bool[])[false, true]
           from stream in (bool[])[false, true]
           from second in (bool[])[false, true]
           select new FaultMode(stream, translated, second),
    ];

    /// <summary>The provider of the faulty target: each mode has its own, so that no breaker is shared.</summary>
    internal string Provider => $"{(IsTranslated ? "translate" : "splice")}-{(IsStream ? "stream" : "plain")}-{(HasSecond ? "two" : "one")}";

    internal string Model(string fault) => $"{Provider}-{fault}";
}
