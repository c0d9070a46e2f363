using System.Collections.Frozen;

namespace Parley.Simulator;

/// <summary>
/// One way in which a simulated provider can misbehave. <see cref="All"/> is the whole table.
/// <para>
/// A fault is asked for by model name (<c>sim-fault-cut-connection-3</c>), by header (<c>x-simulator-fault: cut-connection; arg=3</c>),
/// or for requests that can say neither by <see cref="SimulatorOptions.Faults"/>.
/// </para>
/// </summary>
/// <param name="Name">The name as it is written in models and headers.</param>
/// <param name="Kind">Where it strikes.</param>
/// <param name="Description">What the client sees.</param>
/// <param name="Argument">What the argument means, with unit and default; null when the fault takes none.</param>
public sealed record SimulatorFault(string Name, SimulatorFaultKind Kind, string Description, string? Argument = null)
{
    /// <summary>What model names that carry a fault begin with.</summary>
    public const string ModelPrefix = "sim-fault-";

    private const string Events = "events before it strikes, default 2; on a plain answer half of the body";
    private const string Errors = "the error's type in the vendor's words, default its server error";
    private const string EventsAndErrors = Events + "; and after a colon or alone: " + Errors;
    private const string EventsAndCrc = Events + "; in Bedrock's frames also 'crc': the checksum is wrong and not the JSON";

    /// <summary>Every fault there is. A matrix test enumerates it.</summary>
    public static IReadOnlyList<SimulatorFault> All { get; } =
    [
        new("none", SimulatorFaultKind.None, "the plain answer"),
        new("slow-first-byte", SimulatorFaultKind.Slow, "waits before the status line", "how long, default 2s"),
        new("slow-drip", SimulatorFaultKind.Slow, "sends the body byte by byte", "pause between bytes, default 1ms"),
        new("stall-headers", SimulatorFaultKind.Stall, "reads the request and never answers"),
        new("stall-first-event", SimulatorFaultKind.Stall, "sends status and headers, then nothing"),
        new("stall", SimulatorFaultKind.Stall, "stops in mid-stream and keeps the connection open", Events),
        new("cut-connection", SimulatorFaultKind.Cut, "closes the connection (FIN) without the end of the chunked or counted body", Events),
        new("cut-body", SimulatorFaultKind.Cut, "ends the HTTP body cleanly without the terminal event", Events),
        new("close-headers", SimulatorFaultKind.Cut, "closes the connection (FIN) before the status line"),
        new("reset-headers", SimulatorFaultKind.Cut, "resets the connection (RST) before the status line"),
        new("reset", SimulatorFaultKind.Cut, "resets the connection (RST) in mid-stream", Events),
        new("empty", SimulatorFaultKind.ErrorInside, "a 200 without a single byte of body"),
        new("error-body", SimulatorFaultKind.ErrorInside, "a 200 whose whole body is a JSON error, also when a stream was asked for"),
        new("error-first-event", SimulatorFaultKind.ErrorInside, "a stream whose first event is the error; on a plain answer as error-body", Errors),
        new("error-event", SimulatorFaultKind.ErrorInside, "an error event (Bedrock: an exception frame) in mid-stream, then the end", EventsAndErrors),
        new("malformed-event", SimulatorFaultKind.Malformed, "one event whose JSON is broken off, then the rest; on a plain answer broken JSON", EventsAndCrc),
        new("malformed-chunk", SimulatorFaultKind.Malformed, "a chunk length that is not a number", Events),
        new("wrong-content-type", SimulatorFaultKind.Malformed, "the right body under text/html"),
        new("400-content-filter", SimulatorFaultKind.Status, "Azure's refusal of a prompt"),
        new("400-context-length", SimulatorFaultKind.Status, "the prompt does not fit the model"),
        new("401", SimulatorFaultKind.Status, "the vendor's answer to a wrong key"),
        new("403", SimulatorFaultKind.Status, "the credential may not do this"),
        new("404", SimulatorFaultKind.Status, "the vendor's answer to an unknown model or deployment"),
        new("408", SimulatorFaultKind.Status, "the provider gave up waiting"),
        new("429", SimulatorFaultKind.Status, "rate limited, with Retry-After in seconds", "seconds, default 1"),
        new("429-date", SimulatorFaultKind.Status, "rate limited, with Retry-After as a date", "seconds from now, default 1"),
        new("429-ms", SimulatorFaultKind.Status, "rate limited, with retry-after-ms only", "milliseconds, default 1000"),
        new("429-bare", SimulatorFaultKind.Status, "rate limited, and no word on for how long"),
        new("429-quota", SimulatorFaultKind.Status, "the account's money is used up (insufficient_quota)"),
        new("500", SimulatorFaultKind.Status, "the provider failed"),
        new("502", SimulatorFaultKind.Status, "the provider's front door failed, with an HTML page"),
        new("503", SimulatorFaultKind.Status, "overloaded, with Retry-After when an argument is given", "seconds, default none"),
        new("504", SimulatorFaultKind.Status, "the provider's front door timed out"),
        new("529", SimulatorFaultKind.Status, "overloaded, in the status some vendors invented for it"),
        new("huge-answer", SimulatorFaultKind.Odd, "an answer text of several megabytes", "bytes, default 4194304"),
        new("huge-line", SimulatorFaultKind.Odd, "one event line of more than a megabyte", "bytes, default 1572864"),
        new("crlf", SimulatorFaultKind.Odd, "event lines end in CR LF"),
        new("no-final-newline", SimulatorFaultKind.Odd, "the last event has no newline after it"),
        new("heartbeats", SimulatorFaultKind.Odd, "a comment line before each event"),
        new("usage-with-choices", SimulatorFaultKind.Odd, "usage on the finishing chunk, whose choices are not empty, and no chunk of its own"),
        new("no-usage", SimulatorFaultKind.Odd, "no usage anywhere, though it was asked for"),
        new("annotations-after-finish", SimulatorFaultKind.Odd, "chunks with content filter annotations only, after the finish reason"),
    ];

    private static readonly FrozenDictionary<string, SimulatorFault> ByName = All.ToFrozenDictionary(fault => fault.Name, StringComparer.Ordinal);

    /// <summary>The fault of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static SimulatorFault Get(string name) =>
        Find(name) ?? throw new ArgumentException($"There is no fault '{name}'. There are: {string.Join(", ", All.Select(f => f.Name))}.", nameof(name));

    /// <summary>The fault of that name, or null.</summary>
    public static SimulatorFault? Find(string name) => ByName.GetValueOrDefault(name);
}
