using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Dialects.Splicing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Tests.Access;

namespace Parley.Gateway.Tests.Routing;

/// <summary>Which side of an alias a request goes to: shares, stability, grants.</summary>
public sealed class AliasSplitTests
{
    [Fact]
    public void Random_EveryPointOfTheRange_GivesTheShares()
    {
        var at = 0;
        var split = new AliasSplit(() => at / 1000.0);
        var alias = Alias(AliasStability.None, ("a", 5), ("b", 3), ("c", 2));
        var counts = new Dictionary<string, int>();
        for (; at < 1000; at++)
        {
            using var exchange = Exchange();
            var id = split.Choose(alias, exchange).Id;
            counts[id] = counts.GetValueOrDefault(id) + 1;
        }

        Assert.Equal((500, 300, 200), (counts["a"], counts["b"], counts["c"]));
    }

    [Fact]
    [Trait("Contract", "3.alias")]
    public void Stable_OverManyCallers_GivesTheShares()
    {
        const int Callers = 100_000;
        var alias = Alias(AliasStability.Key, ("a", 90), ("b", 9), ("c", 1));
        var counts = Enumerable.Range(0, Callers).GroupBy(i => Side(alias, $"key-{i}")).ToDictionary(side => side.Key, side => side.Count());
        // Four standard deviations of each binomial share.
        Assert.All(alias.Sides, side =>
        {
            var share = side.Weight / 100.0;
            Assert.InRange(counts[side.Model.Id], Callers * share - 4 * Math.Sqrt(Callers * share * (1 - share)), Callers * share + 4 * Math.Sqrt(Callers * share * (1 - share)));
        });
    }

    [Fact]
    public void Stable_ASideIsAdded_OnlyItsOwnCallersMove()
    {
        var before = Alias(AliasStability.Key, ("a", 3), ("b", 1));
        var after = Alias(AliasStability.Key, ("new", 1), ("b", 1), ("a", 3));
        var moved = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var (was, now) = (Side(before, $"key-{i}"), Side(after, $"key-{i}"));
            if (was == now) continue;
            Assert.Equal("new", now);
            moved++;
        }

        Assert.InRange(moved, 3_800, 4_200);
    }

    [Fact]
    public void Stable_AWeightIsRaised_CallersMoveToThatSideOnly()
    {
        var before = Alias(AliasStability.Key, ("a", 90), ("b", 10));
        var after = Alias(AliasStability.Key, ("a", 50), ("b", 50));
        var moved = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var (was, now) = (Side(before, $"key-{i}"), Side(after, $"key-{i}"));
            if (was == now) continue;
            Assert.Equal("b", now);
            moved++;
        }

        Assert.InRange(moved, 7_700, 8_300);
    }

    [Fact]
    public void Stable_OfAnotherAlias_SplitsTheSameCallersAnotherWay()
    {
        var one = Alias("one", AliasStability.Key, null, ("a", 1), ("b", 1));
        var two = Alias("two", AliasStability.Key, null, ("a", 1), ("b", 1));
        var same = Enumerable.Range(0, 10_000).Count(i => Side(one, $"key-{i}") == Side(two, $"key-{i}"));
        Assert.InRange(same, 4_700, 5_300);
    }

    [Theory]
    [InlineData("""{"user":"ann"}""", """{"us\u0065r":"a\u006en","x":1}""")]
    [InlineData("""{"user":"ann"}""", """{"safety_identifier":"ann"}""")]
    [InlineData("""{"user":"ann"}""", """{"metadata":{"x":{"user_id":"bob"},"user_id":"\u0061nn"}}""")]
    [InlineData("""{"user":"ann"}""", """{"user":null,"metadata":{"\ud800ser_id":"bob","user_id":"ann"}}""")]
    public void User_HoweverItIsSaid_IsTheSameCaller(string one, string other) =>
        Assert.Equal(SidesOfSixtyFour(AliasStability.User, one, "k1"), SidesOfSixtyFour(AliasStability.User, other, "k2"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"user":""}""")]
    [InlineData("""{"user":7}""")]
    [InlineData("""{"user":"\ud800"}""")]
    [InlineData("""{"metadata":{"user_id":"\ud800"}}""")]
    [InlineData("""{"metadata":{"user_id":null}}""")]
    public void User_WhoIsNotSaid_IsTheKey(string body)
    {
        Assert.Equal(SidesOfSixtyFour(AliasStability.Key, "{}", "k1"), SidesOfSixtyFour(AliasStability.User, body, "k1"));
        Assert.NotEqual(SidesOfSixtyFour(AliasStability.User, body, "k1"), SidesOfSixtyFour(AliasStability.User, body, "k2"));
    }

    [Fact]
    public void Header_OfTheRequest_DecidesElseTheKey()
    {
        var headed = SidesOfSixtyFour(AliasStability.Header, "{}", "k1", "tenant-7");
        Assert.Equal(headed, SidesOfSixtyFour(AliasStability.Header, "{}", "k2", "tenant-7"));
        Assert.NotEqual(headed, SidesOfSixtyFour(AliasStability.Header, "{}", "k1", "tenant-8"));
        Assert.Equal(SidesOfSixtyFour(AliasStability.Key, "{}", "k1"), SidesOfSixtyFour(AliasStability.Header, "{}", "k1"));
    }

    [Theory]
    [InlineData(AliasStability.None)]
    [InlineData(AliasStability.Key)]
    public void Key_OfOneSide_IsNeverSentToAnother(AliasStability stable)
    {
        var at = 0;
        var split = new AliasSplit(() => at / 100.0);
        var alias = Alias(stable, ("a", 98), ("b", 1), ("c", 1));
        for (; at < 100; at++)
        {
            using var exchange = Exchange($"key-{at}", models: ["b"]);
            Assert.Equal("b", split.Choose(alias, exchange).Id);
        }

        using var stranger = Exchange(models: ["z"]);
        Assert.False(split.Choose(alias, stranger).IsGrantedTo(stranger.Caller, stranger.ModelAsked));
        using var named = Exchange("key-1", models: ["alias"]);
        Assert.True(split.Choose(alias, named).IsGrantedTo(named.Caller, named.ModelAsked));
    }

    [Fact]
    public void Choice_AllocatesNothing()
    {
        var split = new AliasSplit(() => 0.7);
        var random = Alias(AliasStability.None, ("a", 1), ("b", 1));
        var stable = Alias(AliasStability.User, ("a", 1), ("b", 1));
        using var exchange = Exchange(body: """{"user":"ann"}""", models: ["a", "b"]);
        Assert.Equal(0, Allocations.Settled(() =>
        {
            split.Choose(random, exchange);
            split.Choose(stable, exchange);
        }));
    }

    private static string Side(CatalogAlias alias, string key)
    {
        var caller = StableHash.Of(key);
        return alias.Sides.MinBy(side => AliasSplit.Draw(side, caller))!.Model.Id;
    }

    // Which of two sides each of 64 aliases gives: two callers with the same sixty-four are the same caller.
    private static string SidesOfSixtyFour(AliasStability stable, string body, string key, string? header = null)
    {
        using var exchange = Exchange(key, body, header: header);
        var split = new AliasSplit(() => throw new InvalidOperationException("A stable choice is not made by chance."));
        return string.Concat(Enumerable.Range(0, 64).Select(i => split.Choose(Alias($"alias-{i}", stable, "x-tenant", ("a", 1), ("b", 1)), exchange).Id));
    }

    private static CatalogAlias Alias(AliasStability stable, params (string Model, int Weight)[] sides) => Alias("alias", stable, null, sides);

    private static CatalogAlias Alias(string name, AliasStability stable, string? header, params (string Model, int Weight)[] sides) => new(
        name,
        [.. sides.Select(side => new AliasSide(
            new CatalogModel(side.Model, null, null!) { State = new ModelState() }, side.Weight, StableHash.Of(StableHash.Of(name), StableHash.Of(side.Model))))],
        stable,
        header);

    private static GatewayExchange Exchange(string key = "key", string body = "{}", string[]? models = null, string? header = null)
    {
        var context = new DefaultHttpContext();
        if (header is not null) context.Request.Headers["x-tenant"] = header;
        var caller = new Caller(key, key, KeyRole.Inference, models?.ToFrozenSet(StringComparer.Ordinal), null);
        var bytes = Encoding.UTF8.GetBytes(body);
        var held = new RequestBody(new BufferedBytesBudget(), 1_000_000);
        Assert.True(held.TryGrow(bytes.Length));
        held.Append(new ReadOnlySequence<byte>(bytes));
        var exchange = new GatewayExchange(context, new Surface("/v1", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.OpenAI), caller, null!, held)
        {
            RequestId = default,
            Started = 0,
            ModelAsked = "alias",
        };
        Assert.True(RequestEnvelope.Scan(exchange.Body.Span, out exchange.Envelope).IsNone);
        return exchange;
    }
}
