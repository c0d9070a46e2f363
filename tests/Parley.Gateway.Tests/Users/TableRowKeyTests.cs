using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Gateway.Users;
using Parley.Gateway.Users.Tables;

namespace Parley.Gateway.Tests.Users;

[Trait("Contract", "1.users.names")]
public sealed class TableRowKeyTests
{
    [Theory]
    [InlineData("ann", "ann")]
    [InlineData("Anna.Example+x@example.org", "Anna.Example+x@example.org")]
    [InlineData("a=b", "a=b")]
    [InlineData("größe 👍", "größe 👍")]
    [InlineData("a/b", "=q=a=2Fb")]
    [InlineData("a=/b", "=q=a=3D=2Fb")]
    [InlineData("=a", "=q==3Da")]
    [InlineData("\\#?%\t\u0085", "=q==5C=23=3F=25=09=C2=85")]
    [InlineData(" a b ", "=q==20a b=20")]
    [InlineData("\uffff", "=q==EF=BF=BF")]
    public void Key_OfAName_IsStoredSoForEver(string name, string key)
    {
        Assert.Equal(key, TableRowKey.Of(name));
        Assert.Equal(name, TableRowKey.NameOf(key));
    }

    [Fact]
    public void Key_OfANameThatIsTooLong_IsItsDigest()
    {
        Assert.Equal(new string('a', 512), TableRowKey.Of(new string('a', 512)));
        Assert.StartsWith("=h=", TableRowKey.Of(new string('a', 513)), StringComparison.Ordinal);
        Assert.StartsWith("=h=", TableRowKey.Of(new string('/', 512)), StringComparison.Ordinal);
        Assert.NotEqual(TableRowKey.Of(new string('/', 512)), TableRowKey.Of(new string('/', 511)));
        Assert.Null(TableRowKey.NameOf(TableRowKey.Of(new string('/', 512))));
    }

    // What is forbidden, what marks, what is escaped, and what looks like an escape, far more often than by chance.
    private static readonly Gen<string> Names = Gen.OneOf(
            Gen.Elements("=", "=q=", "=h=", "=2F", "/", "\\", "#", "?", "%", "%2F", " ", "\t", "\u0000", "\u0085", "\uffff", "\ufeff", "'", "a", "q", "é", "\u540d", "👍", "e\u0301"),
            ArbMap.Default.GeneratorFor<char>().Where(static c => !char.IsSurrogate(c)).Select(static c => c.ToString()))
        .ArrayOf().Select(string.Concat).Where(static name => name.Length > 0);

    [Fact]
    public void Key_OfAnyName_IsAllowed_AndGivesTheNameBack() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Names.ToArbitrary(), static name =>
    {
        var key = TableRowKey.Of(name);
        Assert.InRange(key.Length, 1, 512);
        Assert.DoesNotContain(key, static c => c is '/' or '\\' or '#' or '?' or '%' || char.IsControl(c));
        if (!key.StartsWith("=h=", StringComparison.Ordinal)) Assert.Equal(name, TableRowKey.NameOf(key));
    }));

    [Fact]
    public void Keys_OfTwoNames_AreTheSameOnlyForTheSameName() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(Names.Two().ToArbitrary(), static pair => (pair.Item1 == pair.Item2) == (TableRowKey.Of(pair.Item1) == TableRowKey.Of(pair.Item2))));

    [Fact]
    public void Name_OfAnyPath_IsReadAsItWasEncoded() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Names.ToArbitrary(), static name =>
    {
        Assert.Equal(name, UserName.Decode(Uri.EscapeDataString(name)));
        Assert.Equal(name, UserName.Decode(string.Concat(Encoding.UTF8.GetBytes(name).Select(static b => $"%{b:x2}"))));
        Assert.True(UserName.TryFind("/api/users/" + Uri.EscapeDataString(name) + "?a=/api/users/b", out var encoded));
        Assert.Equal(name, UserName.Decode(encoded));
    }));

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%2", "%2")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("a+b", "a+b")]
    [InlineData("%C3%A9", "é")]
    [InlineData("%C3", null)]
    [InlineData("%ED%A0%80", null)]
    public void Path_ThatIsNotWellEncoded_IsTakenAsFarAsItIsText(string encoded, string? name) => Assert.Equal(name, UserName.Decode(encoded));
}
