using System.Collections.Frozen;
using Parley.Gateway.Access;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Names with a star.</summary>
public sealed class NamePatternTests
{
    [Theory]
    [InlineData("azure/*", "azure/gpt-4o", "gpt-4o")]
    [InlineData("azure/*", "azure/a/b", "a/b")]
    [InlineData("azure/*", "azure/", null)]
    [InlineData("azure/*", "Azure/gpt", null)]
    [InlineData("*-mini", "gpt-4o-mini", "gpt-4o")]
    [InlineData("a*a", "aa", null)]
    [InlineData("a*a", "aba", "b")]
    [InlineData("*", "anything at all", "anything at all")]
    [InlineData("gpt-*", "claude", null)]
    public void Pattern_OfOneStar_TakesAnyTextThatIsNotEmpty(string pattern, string name, string? star) => Assert.Equal(star, new NamePattern(pattern).Match(name));

    [Fact]
    public void Name_ThatSeveralMatch_GoesToTheOneThatFixesTheMost()
    {
        var found = new List<string>();
        var patterns = new NamePatterns(new[] { "*", "a*", "a*-x", "ab*", "*bc-x" }.Select(text => new NamePatterns.Entry(new NamePattern(text), star =>
        {
            found.Add($"{text} {star}");
            return null!;
        }, static (_, _) => true)));
        foreach (var name in new[] { "zz", "az", "ab1", "az-x", "abc-x" }) patterns.Find(name, null, out _);
        Assert.Equal(["* zz", "a* z", "ab* 1", "a*-x z", "*bc-x a"], found);
    }

    [Fact]
    public void Names_PastTheBound_TheLeastUsedAreForgotten()
    {
        var made = 0;
        var model = new CatalogModel("m", null, null!) { State = new ModelState() };
        var patterns = new NamePatterns([new(new NamePattern("m-*"), _ =>
        {
            made++;
            return model;
        }, static (_, _) => true)]);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Same(model, patterns.Find($"m-{i}", null, out _));
            Assert.Same(model, patterns.Find("m-used", null, out _));
            Assert.InRange(patterns.Count, 1, 2000);
        }

        // One for each name, however many come by: what is in use is not compiled again.
        Assert.Equal(10_001, made);
        Assert.True(patterns.TryGetName("m-used", out var kept));
        Assert.Equal("m-used", kept);
        Assert.True(patterns.TryGetName("m-9999", out _));
        Assert.False(patterns.TryGetName("m-7", out _));
    }

    [Fact]
    public void Name_ThatTheKeyMayNotUse_IsNeitherMadeNorKept()
    {
        var model = new CatalogModel("m", null, null!) { State = new ModelState(), Pattern = "m-*" };
        var made = 0;
        var patterns = new NamePatterns([new(new NamePattern("m-*"), _ =>
        {
            made++;
            return model;
        }, static (caller, asked) => ModelGrants.OfPattern(caller, "m", "m-*", null, asked))]);
        var other = new Caller("k1", "other", KeyRole.Inference, new[] { "x" }.ToFrozenSet(), null);
        var owner = new Caller("k2", "owner", KeyRole.Inference, new[] { "m-*" }.ToFrozenSet(), null);
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(patterns.Find($"m-{i}", other, out var isRefused));
            Assert.True(isRefused);
        }

        Assert.Equal((0, 0), (made, patterns.Count));
        Assert.Same(model, patterns.Find("m-1", owner, out var isOwnerRefused));
        Assert.False(isOwnerRefused);
        // Kept for the one, it is refused to the other as before.
        Assert.Null(patterns.Find("m-1", other, out var isStillRefused));
        Assert.True(isStillRefused);
    }
}
