namespace Parley.Gateway.Configuration.Reading;

/// <summary>Collects what is wrong while the files are read, so that everything is reported at once.</summary>
internal sealed class ConfigurationProblems
{
    // A file of another kind must not fill the log with a million lines.
    private const int Most = 200;

    private readonly List<ConfigurationError> _errors = [];
    private readonly List<string> _warnings = [];

    public int Count => _errors.Count;

    /// <summary>File by file, each in the order in which it is read by a person.</summary>
    public IReadOnlyList<ConfigurationError> Errors =>
    [
        .. _errors.GroupBy(static error => error.File)
            .SelectMany(static file => file.OrderBy(static error => error.Line).ThenBy(static error => error.Column)),
    ];

    public IReadOnlyList<string> Warnings => _warnings;

    public void Error(string file, string path, int line, int column, string message)
    {
        if (_errors.Count < Most)
            _errors.Add(new ConfigurationError(file, path, line, column, message));
        else if (_errors.Count == Most)
            _errors.Add(new ConfigurationError(file, "", 0, 0, $"more than {Most} errors; the rest is not shown"));
    }

    public void Warning(string file, string path, int line, int column, string message)
    {
        if (_warnings.Count < Most)
            _warnings.Add(new ConfigurationError(file, path, line, column, message).ToString());
    }
}
