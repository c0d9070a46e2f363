using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Parley.CommandLine;

/// <summary>One line per event: time in UTC, level, the last part of the category, the message. An exception follows on lines of its own.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    internal const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var category = entry.Category[(entry.Category.LastIndexOf('.') + 1)..];
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
        textWriter.Write(NameOf(entry.LogLevel));
        textWriter.Write(category);
        textWriter.Write(": ");
        // A caller's text may hold line breaks: it must not be able to write a log line of its own.
        textWriter.WriteLine(entry.Formatter(entry.State, null).ReplaceLineEndings(" "));
        if (entry.Exception is not null) textWriter.WriteLine(entry.Exception);
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug ",
        LogLevel.Information => "info  ",
        LogLevel.Warning => "warn  ",
        _ => "error ",
    };
}
