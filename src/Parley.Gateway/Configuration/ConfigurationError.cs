using System.Globalization;

namespace Parley.Gateway.Configuration;

/// <summary>One thing that is wrong with the configuration. Its message says what is wrong and how to mend it, and never holds a secret.</summary>
/// <param name="File">The file as the operator knows it (<c>parley.json</c>), or the name of the variable for an error of the environment.</param>
/// <param name="Path">The JSON path (<c>providers.azure.auth.kind</c>), or empty for the file as a whole.</param>
/// <param name="Line">From 1; 0 when the error has no place in a file.</param>
/// <param name="Column">From 1, in characters; 0 when the error has no place in a file.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record ConfigurationError(string File, string Path, int Line, int Column, string Message)
{
    /// <summary><c>parley.json:14:7 providers.azure.urlstile: unknown key. Did you mean "urlStyle"?</c></summary>
    public override string ToString()
    {
        var place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}") : File;
        return Path.Length > 0 ? $"{place} {Path}: {Message}" : $"{place}: {Message}";
    }
}
