using Parley.Gateway.Access;

namespace Parley.Gateway.Tests.Access;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Keys_CreatedListedSuspendedResumedDeleted_WorkAndAreShownInClearOnce()
    {
        var (code, output, error) = await RunAsync("create", "--name", "app", "--models=gpt,o1", "--tools", "chat, health", "--priority", "9", "--expires", "2027-01-31");
        Assert.Equal((0, ""), (code, error));
        var lines = output.Split('\n');
        var (id, clear) = (lines[0].Split(' ')[1], lines[1]["key ".Length..]);
        Assert.Equal($"created {id} app (inference)\nkey {clear}\nIt is shown this once. A running server knows it within 2 seconds.\n", output);

        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        Assert.Equal(KeyRefusal.None, ring.Check(clear));
        Assert.Equal(["chat", "health"], ring.Keys.Find(id)!.Tools);
        var list = (await RunAsync("list")).Output;
        Assert.DoesNotContain(clear, list, StringComparison.Ordinal);
        Assert.Contains($"{id}  app   inference  …{clear[^4..]}  active  2027-01-31 00:00Z  9         gpt,o1  none\n", list, StringComparison.Ordinal);

        Assert.Equal((0, $"suspended {id} app (inference)\n", ""), await RunAsync("suspend", id));
        await ring.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.Suspended, ring.Check(clear));
        Assert.Equal((0, $"resumed {id} app (inference)\n", ""), await RunAsync("resume", id));
        Assert.Equal((0, $"deleted {id} app (inference)\n", ""), await RunAsync("delete", id));
        Assert.Equal((1, "", $"There is no key with the id '{id}'.\n"), await RunAsync("delete", id));
        Assert.Equal("There are no keys in the database.\n", (await RunAsync("list")).Output);
    }

    [Theory]
    [InlineData(2, "The actions are create, list, suspend, resume and delete. Try: parley keys --help\n", "make")]
    [InlineData(2, "keys create needs --name. Try: parley keys --help\n", "create")]
    [InlineData(2, "--name needs a value. Try: parley keys --help\n", "create", "--name")]
    [InlineData(2, "--name is given twice. Try: parley keys --help\n", "create", "--name=a", "--name=b")]
    [InlineData(2, "keys create does not know --nmae. Try: parley keys --help\n", "create", "--nmae", "a")]
    [InlineData(2, "There is a word too many. Try: parley keys --help\n", "create", "--name", "a", "some-secret")]
    [InlineData(2, "keys delete needs the key's id (see keys list). Try: parley keys --help\n", "delete")]
    [InlineData(2, "--role is one of admin, inference, users, validate, metrics.\n", "create", "--name", "a", "--role", "root")]
    [InlineData(2, "--priority: a whole number from 1 to 10 is expected; the higher one is served first where calls wait.\n", "create", "--name", "a", "--priority", "11")]
    [InlineData(2, "--priority: a whole number from 1 to 10 is expected; the higher one is served first where calls wait.\n", "create", "--name", "a", "--priority", "high")]
    [InlineData(1, "key: a key is 16 to 256 characters long; this one has 5.\n", "create", "--name", "a", "--key", "short")]
    [InlineData(1, "expiresAt is in the past.\n", "create", "--name", "a", "--expires", "2020-01-01")]
    public async Task Keys_BadWords_FailWithAReason(int code, string error, params string[] args) => Assert.Equal((code, "", error), await RunAsync(args));

    [Fact]
    public async Task Keys_DatabaseServer_SaysThatThisVersionStoresInSqliteOnly()
    {
        var (code, _, error) = await RunAsync("list", "--database", "postgres://me:secret@db/parley");
        Assert.Equal(1, code);
        Assert.Contains("stores in SQLite only", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("create", "--help")]
    public async Task Keys_Help_PrintsTheUsageAndTouchesNothing(params string[] args)
    {
        var (code, output, _) = await RunAsync(args);
        Assert.Equal(0, code);
        Assert.StartsWith("parley keys create --name NAME", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await KeysCommand.RunAsync(args, name => name == "PARLEY_DATA" ? _directory.Path : null, _clock, output, error, default);
        return (code, output.ToString(), error.ToString());
    }
}
