using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

/// <summary>A directory of its own with the files a test writes, and an environment of its own.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public ConfigurationFolder() => Path = Directory.CreateTempSubdirectory("parley-config-").FullName;

    public string Path { get; }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public ConfigurationSources Sources => ConfigurationSources.From(null, null, Environment, Path);

    public ConfigurationFolder Write(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        return this;
    }

    public ConfigurationFolder Set(string name, string value)
    {
        Environment[name] = value;
        return this;
    }

    public ConfigurationResult Load() => ConfigurationLoader.Load(Sources);

    /// <summary>Loads what must be good.</summary>
    public ParleyConfig Good()
    {
        var result = Load();
        Assert.True(result.Errors.Count == 0, string.Join('\n', result.Errors));
        return result.Config!;
    }

    /// <summary>Loads a <c>parley.json</c> that must be bad; what is reported, as the operator sees it.</summary>
    public string[] Bad(string json)
    {
        var result = Write("parley.json", json).Load();
        Assert.Null(result.Config);
        return [.. result.Errors.Select(static error => error.ToString())];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
