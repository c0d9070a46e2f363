using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Access;

namespace Parley.Gateway.Tests.Access;

public sealed class KeyHasherTests
{
    [Fact]
    public void TryHash_AnyPrintableValue_EqualsTheOneShotHmac()
    {
        var pepper = RandomNumberGenerator.GetBytes(32);
        using var hasher = new KeyHasher(pepper);
        for (var length = KeyValue.MinLength; length <= KeyValue.MaxLength; length++)
        {
            var value = RandomNumberGenerator.GetString(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).ToArray(), length);
            Assert.True(hasher.TryHash(value, out var digest));
            Assert.Equal(HMACSHA256.HashData(pepper, Encoding.ASCII.GetBytes(value)), digest.ToArray());
        }
    }

    [Fact]
    public void PepperId_AnotherPepper_IsAnotherNameAndNotThePepper()
    {
        var pepper = RandomNumberGenerator.GetBytes(32);
        using var one = new KeyHasher(pepper);
        using var same = new KeyHasher(pepper);
        using var other = new KeyHasher(RandomNumberGenerator.GetBytes(32));

        Assert.Equal(one.PepperId, same.PepperId);
        Assert.NotEqual(one.PepperId, other.PepperId);
        Assert.DoesNotContain(one.PepperId, Convert.ToHexString(pepper), StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_PrintedOrBoxed_IsMasked()
    {
        using var hasher = new KeyHasher(new byte[32]);
        hasher.TryHash("a-key-of-an-operator", out var digest);
        Assert.Equal("***", $"{digest}");
        Assert.True(digest.Equals((object)KeyDigest.FromBytes(digest.ToArray())));
    }
}
