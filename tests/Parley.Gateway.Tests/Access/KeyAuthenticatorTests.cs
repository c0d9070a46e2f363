using Parley.Gateway.Access;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Access;

public sealed class KeyAuthenticatorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task TryAuthenticate_GeneratedKey_GivesTheCallerAsCreated()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (key, clear) = await ring.CreateAsync(new KeyDraft { Name = "app", Models = ["gpt", "o1"], Providers = ["azure"] });

        Assert.Matches("^pk-[A-Za-z0-9_-]{43}$", clear);
        Assert.True(ring.Authenticator.TryAuthenticate(clear, out var caller, out var refusal));
        Assert.Equal(KeyRefusal.None, refusal);
        Assert.Equal((key.Id, "app", KeyRole.Inference), (caller!.KeyId, caller.Name, caller.Role));
        Assert.True(caller.MayUseModel("gpt", "alias") && caller.MayUseModel("x", "o1") && !caller.MayUseModel("claude", "claude"));
        Assert.True(caller.MayUseProvider("azure") && !caller.MayUseProvider("openai"));
    }

    public static TheoryData<string> NotKeys => new()
    {
        "", " ", "unused", "' OR '1'='1", "' OR '1'='1' -- and some more text", "\"; DROP TABLE keys; --......", "%' UNION SELECT digest FROM keys --",
        "pk-0123456789012345678901234567890123456789é", "ключ-ключ-ключ-ключ", "pk-\0aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "pk-\r\naaaaaaaaaaaaaaaaaaaaaaaaaa",
        "\uD800aaaaaaaaaaaaaaaaaaaaa", "\u0130\u0131aaaaaaaaaaaaaaaaaa", "ｐｋ－aaaaaaaaaaaaaaaaaaaaaa", new string('a', 257), new string('a', 100_000),
    };

    [Theory]
    [MemberData(nameof(NotKeys))]
    public async Task TryAuthenticate_AnythingThatIsNoKey_IsUnknownAndLeavesTheKeysAlone(string presented)
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });

        Assert.Equal(KeyRefusal.Unknown, ring.Check(presented));
        Assert.Equal(KeyRefusal.None, ring.Check(clear));
    }

    [Fact]
    public async Task TryAuthenticate_KeyChangedInOnePlace_IsUnknown()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });

        for (var i = 0; i < clear.Length; i++)
        {
            var other = clear.ToCharArray();
            other[i] = other[i] == 'A' ? 'B' : 'A';
            Assert.Equal(KeyRefusal.Unknown, ring.Check(new string(other)));
        }

        Assert.Equal(KeyRefusal.Unknown, ring.Check(clear + "A"));
        Assert.Equal(KeyRefusal.Unknown, ring.Check(clear[..^1]));
        Assert.Equal(KeyRefusal.Unknown, ring.Check(clear.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("' OR '1'='1' OR '")]
    [InlineData("Robert'); DROP TABLE keys;--")]
    [InlineData("~!@#$%^&*()_+ ,\"\\|<>?:;/ key")]
    public async Task TryAuthenticate_BroughtKeyThatLooksLikeSql_IsAKeyLikeAnyOther(string brought)
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = brought[..4] + "'; DROP TABLE keys; --", Key = new Secret(brought) });

        Assert.Equal(brought, clear);
        Assert.Equal(KeyRefusal.None, ring.Check(brought));
        Assert.Single(ring.Keys.List());
    }

    [Fact]
    public async Task TryAuthenticate_ExpiryPasses_IsExpiredFromThatMomentOn()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app", ExpiresAt = _clock.GetUtcNow().AddMinutes(1) });

        _clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(KeyRefusal.None, ring.Check(clear));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(KeyRefusal.Expired, ring.Check(clear));
    }

    [Fact]
    public async Task TryAuthenticate_SuspendedResumedDeleted_FollowsAtOnce()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (key, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });

        await ring.Keys.UpdateAsync(key.Id, d => (d with { IsSuspended = true }, null), KeyActor.CommandLine, default);
        Assert.Equal(KeyRefusal.Suspended, ring.Check(clear));
        await ring.Keys.UpdateAsync(key.Id, d => (d with { IsSuspended = false }, null), KeyActor.CommandLine, default);
        Assert.Equal(KeyRefusal.None, ring.Check(clear));
        await ring.Keys.DeleteAsync(key.Id, KeyActor.CommandLine, default);
        Assert.Equal(KeyRefusal.Unknown, ring.Check(clear));
    }

    [Fact]
    public async Task TryAuthenticate_HeaderStringSeenBefore_FollowsEveryChangeAtOnce()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (key, clear) = await ring.CreateAsync(new KeyDraft { Name = "app", ExpiresAt = _clock.GetUtcNow().AddMinutes(1) });
        var header = "Bearer " + clear;
        KeyRefusal Check()
        {
            ring.Authenticator.TryAuthenticate(clear, header, out _, out var refusal);
            return refusal;
        }

        Assert.Equal((KeyRefusal.None, KeyRefusal.None), (Check(), Check()));
        await ring.Keys.UpdateAsync(key.Id, d => (d with { IsSuspended = true }, null), KeyActor.CommandLine, default);
        Assert.Equal((KeyRefusal.Suspended, KeyRefusal.Suspended), (Check(), Check()));
        await ring.Keys.UpdateAsync(key.Id, d => (d with { IsSuspended = false }, null), KeyActor.CommandLine, default);
        Assert.Equal((KeyRefusal.None, KeyRefusal.None), (Check(), Check()));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(KeyRefusal.Expired, Check());
        await ring.Keys.DeleteAsync(key.Id, KeyActor.CommandLine, default);
        Assert.Equal((KeyRefusal.Unknown, KeyRefusal.Unknown), (Check(), Check()));
    }

    [Fact]
    public async Task TryAuthenticate_EqualButOtherHeaderString_IsHashed()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });
        var header = "Bearer " + clear;

        Assert.True(ring.Authenticator.TryAuthenticate(clear, header, out _, out _));
        // What is remembered is the string itself: a value that differs is told apart even where its header reads the same.
        Assert.False(ring.Authenticator.TryAuthenticate("unused", new string(header), out _, out _));
        Assert.True(ring.Authenticator.TryAuthenticate("unused", header, out _, out _));
    }

    [Fact]
    public async Task TryAuthenticate_ThousandsOfHeaderStrings_NeverMixesUpCallers()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var keys = new List<(KeyRecord Key, string Clear)>();
        for (var i = 0; i < 4; i++) keys.Add(await ring.CreateAsync(new KeyDraft { Name = $"app-{i}" }));
        var headers = Enumerable.Range(0, 4000).Select(i => (Header: "Bearer " + keys[i % 4].Clear, Of: keys[i % 4])).ToArray();

        Parallel.For(0, 40_000, i =>
        {
            var (header, of) = headers[i % headers.Length];
            Assert.True(ring.Authenticator.TryAuthenticate(of.Clear, header, out var caller, out _));
            Assert.Equal(of.Key.Id, caller!.KeyId);
        });
    }

    [Fact]
    public async Task TryAuthenticate_BeforeTheKeysAreRead_RefusesFixedKeysToo()
    {
        await using var ring = new KeyRing(_directory.Path, _clock);
        Assert.Empty(ring.Index.SetFixedKeys([], new Secret("an-admin-key-of-the-environment")));

        Assert.Equal(KeyRefusal.Unavailable, ring.Check("an-admin-key-of-the-environment"));
        await ring.Index.RefreshAsync(default);
        Assert.Equal(KeyRefusal.None, ring.Check("an-admin-key-of-the-environment"));
    }

    [Fact]
    public async Task TryAuthenticate_StoreAwayLongerThanTheGrace_RefusesEveryCall()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });
        await ring.Database.DisposeAsync();

        await ring.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.None, ring.Check(clear));
        _clock.Advance(KeyIndex.Grace);
        await ring.Index.PollAsync(default);
        Assert.Equal(KeyRefusal.Unavailable, ring.Check(clear));
    }

    [Fact]
    public async Task TryAuthenticate_KnownUnknownAndRefusedKeys_AllocatesNothing()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var (_, clear) = await ring.CreateAsync(new KeyDraft { Name = "app" });
        var authenticator = new KeyAuthenticator(ring.Index, ring.Hasher, TimeProvider.System);
        string[] presented = [clear, "unused", "pk-" + new string('x', 43), "ключ-ключ-ключ-ключ"];
        Assert.Equal(0, Allocations.Settled(() => Run(authenticator, presented, 1_000)));

        static void Run(KeyAuthenticator authenticator, string[] presented, int times)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var value in presented) authenticator.TryAuthenticate(value, out _, out _);
            }
        }
    }

    [Fact]
    public async Task TryAuthenticate_ManyThreadsAtOnce_NeverMixesUpCallers()
    {
        await using var ring = await KeyRing.OpenAsync(_directory.Path, _clock);
        var keys = new List<(KeyRecord Key, string Clear)>();
        for (var i = 0; i < 8; i++) keys.Add(await ring.CreateAsync(new KeyDraft { Name = $"app-{i}" }));

        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, i =>
        {
            var (key, clear) = keys[i % keys.Count];
            Assert.True(ring.Authenticator.TryAuthenticate(clear, out var caller, out _));
            Assert.Equal(key.Id, caller!.KeyId);
        });
    }
}
