namespace Parley.Gateway.Configuration;

/// <summary>The configuration is wrong, so Parley does not start. <see cref="Exception.Message"/> lists everything that is wrong, one line each.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All errors, in file order.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
