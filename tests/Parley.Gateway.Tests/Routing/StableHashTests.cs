using System.Text;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Callers are kept on their side by this hash over restarts, replicas and versions: what it says may never change.</summary>
public sealed class StableHashTests
{
    [Theory]
    [InlineData("", 0xf52a15e9a9b5e89b)]
    [InlineData("a", 0x02c0bdbf481420f8)]
    [InlineData("file:old-host-key", 0x43971991a67282c5)]
    [InlineData("größe 👍", 0x14d5fc3300cecc1b)]
    public void Hash_OfAText_IsTheSameForEver(string text, ulong expected)
    {
        Assert.Equal(expected, StableHash.Of(text));
        Assert.Equal(expected, StableHash.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Hash_OfTwo_DependsOnTheirOrder() => Assert.NotEqual(StableHash.Of(1, 2), StableHash.Of(2, 1));

    [Fact]
    public void Hash_OfTextsThatDifferInOneLetter_DiffersInHalfOfItsBits()
    {
        var changed = Enumerable.Range(0, 1000).Average(i => System.Numerics.BitOperations.PopCount(StableHash.Of($"user-{i}a") ^ StableHash.Of($"user-{i}b")));
        Assert.InRange(changed, 31, 33);
    }
}
