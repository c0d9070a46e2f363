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
        })));
        foreach (var name in new[] { "zz", "az", "ab1", "az-x", "abc-x" }) patterns.Find(name);
        Assert.Equal(["* zz", "a* z", "ab* 1", "a*-x z", "*bc-x a"], found);
    }

    [Fact]
    public void Names_PastTheBound_AreCompiledAnewAndNotKept()
    {
        var made = 0;
        var model = new CatalogModel("m", null, null!) { State = new ModelState() };
        var patterns = new NamePatterns([new(new NamePattern("m-*"), _ =>
        {
            made++;
            return model;
        })]);
        for (var i = 0; i < 1500; i++) Assert.Same(model, patterns.Find($"m-{i}"));
        Assert.Equal(1500, made);
        for (var i = 0; i < 1000; i++) patterns.Find($"m-{i}");
        Assert.Equal(1500, made);
        patterns.Find("m-1200");
        Assert.Equal(1501, made);
        Assert.True(patterns.TryGetName("m-7", out var kept));
        Assert.Equal("m-7", kept);
        Assert.False(patterns.TryGetName("m-1200", out _));
    }
}
