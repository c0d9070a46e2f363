using System.Globalization;

namespace Parley.Simulator;

/// <summary>A fault and its argument, as one request asked for it.</summary>
internal sealed record FaultChoice(SimulatorFault Fault, string? Argument)
{
    public static FaultChoice None { get; } = new(SimulatorFault.Get("none"), null);

    public string Name => Fault.Name;

    /// <summary>What stands in the argument that is no count: <c>throttlingException</c>, also in <c>3:throttlingException</c>; null when it is a count.</summary>
    public string? Word => Argument?.Split(':') switch
    {
        [var one] when !char.IsAsciiDigit(one.FirstOrDefault('0')) => one,
        [_, var word] => word,
        _ => null,
    };

    /// <summary>The argument as a count; <paramref name="otherwise"/> when there is none or it is no number.</summary>
    public int Count(int otherwise) =>
        int.TryParse(Argument?.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    public TimeSpan Duration(TimeSpan otherwise) => Durations.TryParse(Argument, out var value) ? value : otherwise;

    /// <summary>Reads <c>sim-fault-NAME[-ARG]</c>. The longest fault name that fits is meant, so names may contain each other.</summary>
    public static FaultChoice? FromModel(string? model)
    {
        if (model is null || !model.StartsWith(SimulatorFault.ModelPrefix, StringComparison.Ordinal))
            return null;
        var rest = model[SimulatorFault.ModelPrefix.Length..];
        for (var end = rest.Length; end > 0; end = rest.LastIndexOf('-', end - 1))
        {
            if (SimulatorFault.Find(rest[..end]) is { } fault)
                return new FaultChoice(fault, end < rest.Length ? rest[(end + 1)..] : null);
        }
        return null;
    }

    /// <summary>Reads <c>NAME[; arg=ARG]</c>.</summary>
    public static FaultChoice? FromHeader(string? header)
    {
        if (string.IsNullOrEmpty(header))
            return null;
        var parts = header.Split(';', 2, StringSplitOptions.TrimEntries);
        var argument = parts.Length == 2 && parts[1].StartsWith("arg=", StringComparison.Ordinal) ? parts[1][4..] : null;
        return SimulatorFault.Find(parts[0]) is { } fault ? new FaultChoice(fault, argument) : null;
    }
}
