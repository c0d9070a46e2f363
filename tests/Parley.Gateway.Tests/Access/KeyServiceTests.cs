using System.Collections.Frozen;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Access;

public sealed class KeyServiceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CreateAsync_SixtyFourAtOnceInTwoProcessesBringOneKey_MakesOne()
    {
        await using var first = await KeyRing.OpenAsync(_directory.Path, _clock);
        await using var second = await KeyRing.OpenAsync(_directory.Path, _clock);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? first : second).Keys.CreateAsync(
            new KeyDraft { Name = $"app-{i}", Key = new Secret("the-one-old-key-of-all") }, KeyActor.CommandLine, default)));

        Assert.Single(outcomes, outcome => outcome.Error is null);
        Assert.Equal(63, outcomes.Count(outcome => outcome.Error is { Status: 409, Code: "key_exists", Path: "key" }));
    }

    [Fact]
    public async Task CreateAsync_NameOfAnotherKey_IsAConflict()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        await ring.CreateAsync(new KeyDraft { Name = "app" });
        ring.Index.SetFixedKeys([new FixedKeyConfig { Name = "old", Key = new Secret("the-old-host-key-1") }], null);

        foreach (var name in (string[])["app", "old"])
        {
            var outcome = await ring.Keys.CreateAsync(new KeyDraft { Name = name }, KeyActor.CommandLine, default);
            Assert.Equal(KeyError.Conflict("name_exists", $"A key named '{name}' exists already.", "name"), outcome.Error);
        }

        var same = await ring.Keys.CreateAsync(new KeyDraft { Name = "new", Key = new Secret("the-old-host-key-1") }, KeyActor.CommandLine, default);
        Assert.Equal("key_exists", same.Error?.Code);
    }

    [Fact]
    public async Task Changes_OfAnotherProcess_AreSeenByTheNextPoll()
    {
        await using var server = await KeyRing.OpenAsync(_directory.Path, _clock);
        await using var other = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (key, clear) = await other.CreateAsync(new KeyDraft { Name = "app" });

        Assert.Equal(KeyRefusal.Unknown, server.Check(clear));
        await server.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.None, server.Check(clear));
        await other.Keys.DeleteAsync(key.Id, KeyActor.CommandLine, default);
        await server.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.Unknown, server.Check(clear));
    }

    [Fact]
    public async Task Poller_TwoSecondsAfterTheCommandLine_KnowsTheKey()
    {
        await using var server = await KeyRing.OpenAsync(_directory.Path, _clock);
        using var poller = new KeyIndexPoller(server.Index, _clock);
        await poller.StartAsync(default);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await KeysCommand.RunAsync(
            ["create", "--name", "cli", "--key", "brought-by-the-command"], name => name == "PARLEY_DATA" ? _directory.Path : null, _clock, output, error, default);
        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Equal(KeyRefusal.Unknown, server.Check("brought-by-the-command"));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        while (server.Check("brought-by-the-command") != KeyRefusal.None)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await poller.StopAsync(default);
    }

    [Fact]
    public async Task LastAdmin_DeletedDemotedSuspendedOrExpired_IsAConflictUntilThereIsAnother()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (admin, _) = await ring.CreateAsync(new KeyDraft { Name = "admin", Role = KeyRole.Admin });
        await ring.CreateAsync(new KeyDraft { Name = "held", Role = KeyRole.Admin, ExpiresAt = _clock.GetUtcNow().AddDays(1) });
        _clock.Advance(TimeSpan.FromDays(1));

        Func<KeyDraft, KeyDraft>[] losses =
        [
            draft => draft with { Role = KeyRole.Inference }, draft => draft with { IsSuspended = true }, draft => draft with { ExpiresAt = _clock.GetUtcNow() },
        ];
        foreach (var loss in losses)
        {
            var changed = await ring.Keys.UpdateAsync(admin.Id, draft => (loss(draft), null), KeyActor.CommandLine, default);
            Assert.Equal((409, "last_admin"), (changed.Error!.Status, changed.Error.Code));
        }

        Assert.Equal("last_admin", (await ring.Keys.DeleteAsync(admin.Id, KeyActor.CommandLine, default)).Error?.Code);
        ring.Index.SetFixedKeys([], new Secret("the-environments-admin-key"));
        Assert.Null((await ring.Keys.DeleteAsync(admin.Id, KeyActor.CommandLine, default)).Error);
    }

    [Fact]
    public async Task LastAdmin_TwoProcessesDeleteTheLastTwoAtOnce_OneStays()
    {
        await using var first = await KeyRing.OpenAsync(_directory.Path, _clock);
        await using var second = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (one, _) = await first.CreateAsync(new KeyDraft { Name = "one", Role = KeyRole.Admin });
        var (two, _) = await first.CreateAsync(new KeyDraft { Name = "two", Role = KeyRole.Admin });

        var outcomes = await Task.WhenAll(
            first.Keys.DeleteAsync(one.Id, KeyActor.CommandLine, default), second.Keys.DeleteAsync(two.Id, KeyActor.CommandLine, default));
        Assert.Single(outcomes, outcome => outcome.Error is { Code: "last_admin" });
    }

    [Fact]
    public async Task FirstStart_NoAdminKeyAnywhere_MakesOneOnceEvenForTwoServers()
    {
        await using var first = await KeyRing.OpenAsync(_directory.Path, _clock);
        await using var second = await KeyRing.OpenAsync(_directory.Path, _clock);

        var made = await Task.WhenAll(new FirstStart(first.Index, first.Keys).RunAsync(default), new FirstStart(second.Index, second.Keys).RunAsync(default));
        var clear = Assert.Single(made, key => key is not null)!;
        await first.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.None, first.Check(clear.Reveal()));
        Assert.Equal("***", $"{clear}");
        Assert.Null(await new FirstStart(first.Index, first.Keys).RunAsync(default));
    }

    [Fact]
    public async Task FirstStart_AdminKeyOfTheEnvironmentOrTheFile_MakesNone()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        ring.Index.SetFixedKeys([new FixedKeyConfig { Name = "ops", Role = KeyRole.Admin, Key = new Secret("the-admin-key-of-the-file") }], null);
        Assert.Null(await new FirstStart(ring.Index, ring.Keys).RunAsync(default));
        Assert.Equal(["file:ops"], ring.Keys.List().Select(key => key.Id));
    }

    [Fact]
    public async Task Priority_OfAStoredKeyAndOfTheFile_IsTheCallers()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (key, clear) = await ring.CreateAsync(new KeyDraft { Name = "app", Priority = 9 });
        Assert.Empty(ring.Index.SetFixedKeys(
            [new FixedKeyConfig { Name = "ops", Key = new Secret("the-admin-key-of-the-file"), Priority = 2 }], new Secret("an-admin-key-of-the-environment")));
        Assert.Equal([9, 2, 5], new[] { clear, "the-admin-key-of-the-file", "an-admin-key-of-the-environment" }.Select(value =>
        {
            Assert.True(ring.Authenticator.TryAuthenticate(value, out var caller, out _));
            return caller!.Priority;
        }));

        Assert.Null((await ring.Keys.UpdateAsync(key.Id, draft => (draft with { Priority = 1 }, null), KeyActor.CommandLine, default)).Error);
        await using var other = await KeyRing.OpenAsync(_directory.Path, _clock);
        Assert.Equal(1, other.Keys.Find(key.Id)!.Priority);
        Assert.Equal("priority", (await ring.Keys.CreateAsync(new KeyDraft { Name = "b", Priority = 0 }, KeyActor.CommandLine, default)).Error?.Path);
    }

    [Fact]
    public async Task Priority_OfKeysFromBeforeThereWereAny_IsFive()
    {
        var file = Path.Combine(_directory.Path, "parley.db");
        await using (var old = Parley.Gateway.Storage.SqliteDatabase.Open(file, [KeyMigrations.All[0]], _clock))
        {
            await old.WriteAsync(
                static transaction =>
                {
                    using var command = transaction.Connection!.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = "INSERT INTO keys VALUES ('k1', 'app', 'inference', NULL, NULL, NULL, 0, 1, 'cli', 'abcd', zeroblob(32), 'p')";
                    return command.ExecuteNonQuery();
                },
                default);
        }

        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        Assert.Equal(5, ring.Keys.Find("k1")!.Priority);
    }

    [Fact]
    public void Grants_GiverWithoutThem_AreRefusedOneByOne()
    {
        var giver = KeyActor.Of(new Caller("k", "n", KeyRole.Inference, FrozenSet.ToFrozenSet(["gpt"]), null, priority: 3, FrozenSet.ToFrozenSet(["chat"])));
        Assert.Null(KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt"], null, ["chat"], 3));
        Assert.Equal("role", KeyGrants.Refusal(giver, KeyRole.Admin, ["gpt"], null, ["chat"], 3)?.Path);
        Assert.Equal("role", KeyGrants.Refusal(giver, KeyRole.Users, ["gpt"], null, ["chat"], 3)?.Path);
        Assert.Equal("models", KeyGrants.Refusal(giver, KeyRole.Inference, null, null, ["chat"], 3)?.Path);
        Assert.Equal("models", KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt", "o1"], null, ["chat"], 3)?.Path);
        Assert.Equal("providers", KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt"], ["azure"], ["chat"], 3)?.Path);
        Assert.Equal("tools", KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt"], null, null, 3)?.Path);
        Assert.Equal("tools", KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt"], null, ["chat", "health"], 3)?.Path);
        Assert.Equal("priority", KeyGrants.Refusal(giver, KeyRole.Inference, ["gpt"], null, ["chat"], 4)?.Path);
    }

    [Fact]
    public async Task PrepareFixedKeys_UntilItIsInvoked_ChangesNothing()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        ring.Index.SetFixedKeys([new FixedKeyConfig { Name = "old", Key = new Secret("the-old-host-key-1") }], null);
        var use = ring.Index.PrepareFixedKeys([new FixedKeyConfig { Name = "new", Key = new Secret("the-new-host-key-1") }], null, out var errors);
        Assert.Empty(errors);
        Assert.Equal(["old"], ring.Index.Fixed.Select(static key => key.Name));
        use!();
        Assert.Equal(["new"], ring.Index.Fixed.Select(static key => key.Name));
        Assert.Null(ring.Index.PrepareFixedKeys([new FixedKeyConfig { Name = "", Key = new Secret("the-new-host-key-1") }], null, out errors));
        Assert.Single(errors);
    }

    [Fact]
    public async Task SetFixedKeys_SeveralMistakes_ReportsAllAndKeepsTheFormer()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        Assert.Empty(ring.Index.SetFixedKeys([new FixedKeyConfig { Name = "old", Key = new Secret("the-old-host-key-1") }], null));

        var errors = ring.Index.SetFixedKeys(
            [
                new FixedKeyConfig { Name = "a", Key = new Secret("short") },
                new FixedKeyConfig { Name = "a", Key = new Secret("a-key-that-is-long-enough") },
                new FixedKeyConfig { Name = "", Key = new Secret("a-key-that-is-long-enough") },
            ],
            new Secret("ключ-ключ-ключ-ключ"));

        Assert.Equal(
            [
                "PARLEY_ADMIN_KEY: a key consists of printable ASCII characters",
                "keys[0].key: a key is 16 to 256 characters long; this one has 5",
                "keys[1].name: another key of the file is named 'a' too",
                "keys[2].name: a key needs a name",
                "keys[2].key: keys[1].key has the same value; a key has one name and one role",
            ],
            errors);
        Assert.Equal(KeyRefusal.None, ring.Check("the-old-host-key-1"));
        Assert.Empty(ring.Index.SetFixedKeys([], null));
        Assert.Equal(KeyRefusal.Unknown, ring.Check("the-old-host-key-1"));
    }
}
