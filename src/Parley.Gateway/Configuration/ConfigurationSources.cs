namespace Parley.Gateway.Configuration;

/// <summary>What a configuration is read from. Everything is given; the loader looks nowhere else.</summary>
public sealed record ConfigurationSources
{
    /// <summary>Directory that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The real environment. <c>.env</c> is laid beneath it by the loader.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary><c>--config</c>, <c>PARLEY_CONFIG</c>, or the default.</summary>
    public string ConfigPath { get; init; } = "parley.json";

    /// <summary>True when the operator named <see cref="ConfigPath"/>: then it must exist.</summary>
    public bool ConfigNamed { get; init; }

    /// <summary><c>--models</c>, <c>PARLEY_MODELS</c>, or the default.</summary>
    public string ModelsPath { get; init; } = "models_config.json";

    /// <summary>True when the operator named <see cref="ModelsPath"/>: then it must exist.</summary>
    public bool ModelsNamed { get; init; }

    /// <summary>Full path of the configuration file.</summary>
    public string ConfigFile => Path.GetFullPath(ConfigPath, WorkingDirectory);

    /// <summary>Full path of the second catalogue.</summary>
    public string ModelsFile => Path.GetFullPath(ModelsPath, WorkingDirectory);

    /// <summary>Full path of the <c>.env</c> beside the configuration file.</summary>
    public string EnvFile => Path.Combine(Path.GetDirectoryName(ConfigFile) ?? WorkingDirectory, ".env");

    /// <summary>The files that a change of may change the configuration: what a watcher looks at.</summary>
    public IReadOnlyList<string> Files => [ConfigFile, ModelsFile, EnvFile];

    /// <summary>
    /// From the options of the command line (null when not given) and the environment: an option wins over
    /// <c>PARLEY_CONFIG</c> and <c>PARLEY_MODELS</c>, and those over the default names.
    /// </summary>
    public static ConfigurationSources From(
        string? configOption, string? modelsOption, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var config = configOption ?? NonEmpty(environment, "PARLEY_CONFIG");
        var models = modelsOption ?? NonEmpty(environment, "PARLEY_MODELS");
        return new ConfigurationSources
        {
            WorkingDirectory = workingDirectory,
            Environment = environment,
            ConfigPath = config ?? "parley.json",
            ConfigNamed = config is not null,
            ModelsPath = models ?? "models_config.json",
            ModelsNamed = models is not null,
        };
    }

    /// <summary>How messages call a file: relative when it lies under the working directory, whole otherwise.</summary>
    internal string Label(string file)
    {
        var relative = Path.GetRelativePath(WorkingDirectory, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }

    private static string? NonEmpty(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
