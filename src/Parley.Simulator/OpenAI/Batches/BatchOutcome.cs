namespace Parley.Simulator;

/// <summary>What a batch came to: files with its answers and its refused requests (null when there are none), or why it could not be run.</summary>
internal sealed record BatchOutcome(string? OutputFile, string? ErrorFile, int Completed, int Failed, IReadOnlyList<(string Code, string Message, int? Line)> Errors)
{
    public static BatchOutcome Invalid(string code, string message, int? line = null) => new(null, null, 0, 0, [(code, message, line)]);
}
