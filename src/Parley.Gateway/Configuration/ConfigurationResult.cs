namespace Parley.Gateway.Configuration;

/// <summary>What a load gave. <see cref="Config"/> is there exactly when <see cref="Errors"/> is empty.</summary>
public sealed record ConfigurationResult
{
    /// <summary>The configuration, or null when there are errors.</summary>
    public ParleyConfig? Config { get; init; }

    /// <summary>All that is wrong, in file order.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; init; } = [];

    /// <summary>What is accepted but probably not meant; to be logged.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The environment with the values of <c>.env</c> beneath it: what the rest of the program reads its variables from. Holds secrets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Full paths of the configuration files that were there and were read (<c>.env</c> not among them).</summary>
    public IReadOnlyList<string> LoadedFiles { get; init; } = [];
}
