using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Users.Passwords;

namespace Parley.Gateway.Tests.Users;

[Trait("Contract", "1.users.password")]
public sealed class PasswordHasherTests
{
    private static readonly byte[] Right = Encoding.UTF8.GetBytes("correct horse");
    private static readonly byte[] Wrong = Encoding.UTF8.GetBytes("battery staple");

    [Fact]
    public void Hash_IsPbkdf2HmacSha512_WithItsOwnSaltAndEnoughRounds()
    {
        var hasher = new PasswordHasher(PasswordHash.CurrentIterations);
        var (first, second) = (hasher.Hash(Right), hasher.Hash(Right));
        Assert.NotEqual(first, second);
        Assert.Matches(@"^\$pbkdf2-sha512\$v=1\$i=210000\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$", first);
        Assert.True(PasswordHash.TryParse(first, out var parsed));
        Assert.Equal(Rfc2898DeriveBytes.Pbkdf2(Right, parsed!.Salt, 210_000, HashAlgorithmName.SHA512, 32), parsed.Digest);
    }

    [Fact]
    public void Check_OfEveryKind_CostsTheSameWhenItFails()
    {
        var hasher = new PasswordHasher(1000);
        var (current, older, newer) = (hasher.Hash(Right), new PasswordHasher(10).Hash(Right), hasher.Hash(Right).Replace("v=1", "v=9", StringComparison.Ordinal));
        foreach (var stored in new[] { current, older, newer, Convert.ToBase64String(Right), "not base64!", "", null })
        {
            foreach (var password in new[] { Wrong, null })
            {
                var before = hasher.Rounds;
                Assert.Equal(default, hasher.Check(password, stored));
                Assert.Equal(1000, hasher.Rounds - before);
            }
        }
    }

    [Fact]
    public void Check_ThatMatches_RehashesWhatIsOlderAndNothingElse()
    {
        var hasher = new PasswordHasher(1000);
        Assert.Equal(new PasswordVerdict(true, null), hasher.Check(Right, hasher.Hash(Right)));
        Assert.Equal(new PasswordVerdict(true, null), hasher.Check(Right, new PasswordHasher(2000).Hash(Right)));
        foreach (var stored in new[] { new PasswordHasher(10).Hash(Right), Convert.ToBase64String(Right) })
        {
            var verdict = hasher.Check(Right, stored);
            Assert.True(verdict.Matches);
            Assert.StartsWith("$pbkdf2-sha512$v=1$i=1000$", verdict.Rehash, StringComparison.Ordinal);
            Assert.Equal(new PasswordVerdict(true, null), hasher.Check(Right, verdict.Rehash));
        }
    }

    // failures.md §1.5: a stored hash was taken for a password.
    [Fact]
    public void Check_OfTheStoredTextItself_DoesNotMatch()
    {
        var hasher = new PasswordHasher(1000);
        var stored = hasher.Hash(Right);
        Assert.False(hasher.Check(Encoding.UTF8.GetBytes(stored), stored).Matches);
        Assert.True(PasswordHash.TryParse(stored, out var parsed));
        Assert.False(hasher.Check(parsed!.Digest, stored).Matches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("$pbkdf2-sha512$v=1$i=0$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("$pbkdf2-sha512$v=1$i=99999999999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("$pbkdf2-sha512$v=1$i=2000000000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("$pbkdf2-sha512$v=1$i=1000$AA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("$pbkdf2-sha512$v=1$i=1000$AAAAAAAAAAAAAAAAAAAAAA==$")]
    [InlineData("$pbkdf2-sha512$v=1$i=1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=$x")]
    [InlineData("$pbkdf2-sha512$v=2$i=1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void Text_ThatIsNoHashOfOurs_IsNotRead(string text) => Assert.False(PasswordHash.TryParse(text, out _));
}
