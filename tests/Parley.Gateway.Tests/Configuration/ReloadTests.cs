using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

public sealed class ReloadTests : IDisposable
{
    private const string One = """{ "providers": { "one": { "type": "simulator" } } }""";
    private const string Two = """{ "providers": { "two": { "type": "simulator" } } }""";

    private readonly ConfigurationFolder _folder = new();
    private readonly List<ParleyConfig> _applied = [];
    private readonly List<ConfigurationResult> _rejected = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reload_BadFile_KeepsTheLastGoodOne()
    {
        var reloader = Reloader(_folder.Write("parley.json", One));
        Assert.NotNull(reloader.Reload().Config);
        _folder.Write("parley.json", "{ \"nonsense\": 1 }");
        Assert.Null(reloader.Reload().Config);
        Assert.Equal((1, 1, "one"), (_applied.Count, _rejected.Count, reloader.Current!.Config!.Providers.Keys.Single()));
        _folder.Write("parley.json", Two);
        reloader.Reload();
        Assert.Equal(["one", "two"], _applied.Select(static config => config.Providers.Keys.Single()));
    }

    [Fact]
    public void Reload_FileGone_KeepsTheLastGoodOne()
    {
        var reloader = Reloader(_folder.Write("parley.json", One));
        reloader.Reload();
        File.Delete(_folder.Sources.ConfigFile);
        Assert.Contains("does not exist", Assert.Single(reloader.Reload().Errors).Message, StringComparison.Ordinal);
        Assert.Single(_applied);
    }

    [Fact]
    public void Reload_ApplyThrows_CountsAsBad()
    {
        var reloader = new ConfigurationReloader(_folder.Sources, static _ => throw new InvalidOperationException("no room"), _rejected.Add);
        Assert.Equal("parley.json: cannot be put in use: no room", Assert.Single(reloader.Reload().Errors).ToString());
        Assert.Null(reloader.Current);
        Assert.Single(_rejected);
    }

    [Fact]
    public void Reload_OfSourcesThatThrow_CountsAsBad()
    {
        var reloader = new ConfigurationReloader(_folder.Sources with { ModelsPath = "a\0b" }, static _ => static () => { }, _rejected.Add);
        Assert.Contains("for a reason that is not foreseen (ArgumentException: ", Assert.Single(reloader.Reload().Errors).Message, StringComparison.Ordinal);
        Assert.Single(_rejected);
    }

    [Fact]
    public void CaFile_WithAControlCharacter_IsReported()
    {
        var error = Assert.Single(_folder.Bad("""{ "providers": { "one": { "type": "openai", "apiKey": "k", "http": { "caFile": "ca\u0000.pem" } } } }"""));
        Assert.EndsWith("providers.one.http.caFile: holds a control character, such as a line break. Write the path of a PEM file.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parley.json")]
    [InlineData("models_config.json")]
    [InlineData(".env")]
    public void Watcher_FileChanges_SaysSoOnceItHasSettled(string file)
    {
        var time = new ManualTimeProvider();
        var changes = 0;
        using var watcher = new ConfigurationWatcher(_folder.Sources.Files, time, () => changes++, useEvents: false);
        _folder.Write(file, "A=1");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, changes);
        _folder.Write(file, "A=12");
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, changes);
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1, changes);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, changes);
        File.Delete(Path.Combine(_folder.Path, file));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, changes);
    }

    [Fact]
    public void Watcher_LinkSwapped_SeesTheNewContent()
    {
        var first = Directory.CreateDirectory(Path.Combine(_folder.Path, "v1")).FullName;
        var second = Directory.CreateDirectory(Path.Combine(_folder.Path, "v2")).FullName;
        File.WriteAllText(Path.Combine(first, "parley.json"), One);
        File.WriteAllText(Path.Combine(second, "parley.json"), Two);
        var link = Path.Combine(_folder.Path, "current");
        Directory.CreateSymbolicLink(link, first);
        var time = new ManualTimeProvider();
        var changes = 0;
        using var watcher = new ConfigurationWatcher([Path.Combine(link, "parley.json")], time, () => changes++, useEvents: false);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, second);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task Watcher_WithEvents_SeesAChangeSoon()
    {
        var seen = new TaskCompletionSource();
        using var watcher = new ConfigurationWatcher(_folder.Sources.Files, TimeProvider.System, () => seen.TrySetResult());
        _folder.Write("parley.json", One);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private ConfigurationReloader Reloader(ConfigurationFolder folder) => new(folder.Sources, config => () => _applied.Add(config), _rejected.Add);
}
