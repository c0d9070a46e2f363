using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Parley.Dialects.Splicing;
using Xunit.Abstractions;

namespace Parley.Dialects.Tests.Splicing;

public sealed class EnvelopeScanTests(ITestOutputHelper output)
{
    [Fact]
    public void Scan_RandomDocuments_AgreesWithUtf8JsonReader()
    {
        var count = Environment.GetEnvironmentVariable("PARLEY_LONG") == "1" ? 1_000_000 : 60_000;
        var seed = Environment.GetEnvironmentVariable("PARLEY_SEED") is { Length: > 0 } text ? int.Parse(text) : Environment.TickCount;
        var generator = new JsonGenerator(seed);
        var accepted = 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var body = generator.Next();
            if (Disagreement(body, ref accepted) is { } difference)
                Assert.Fail($"PARLEY_SEED={seed}, document {i}: {difference}\n{Convert.ToBase64String(body)}\n{Encoding.UTF8.GetString(body)}");
        }

        output.WriteLine($"{count} documents, {accepted} accepted, seed {seed}, {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.InRange(accepted, count / 5, count * 4 / 5); // a generator that makes only one kind would prove nothing
    }

    [Theory]
    [InlineData("", EnvelopeFaultKind.Empty)]
    [InlineData(" \r\n\t ", EnvelopeFaultKind.Empty)]
    [InlineData("[]", EnvelopeFaultKind.NotAnObject)]
    [InlineData("\"model\"", EnvelopeFaultKind.NotAnObject)]
    [InlineData("[", EnvelopeFaultKind.Malformed)]
    [InlineData("{", EnvelopeFaultKind.Malformed)]
    [InlineData("{}{}", EnvelopeFaultKind.Malformed)]
    [InlineData("{} x", EnvelopeFaultKind.Malformed)]
    [InlineData("\uFEFF{}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":1,}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":[1,]}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":[1}}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":tru}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":01}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":\"\\x\"}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":\"\\u12\"}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"a\":\"\n\"}", EnvelopeFaultKind.Malformed)]
    [InlineData("{a:1}", EnvelopeFaultKind.Malformed)]
    [InlineData("{/**/}", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"model\":1,\"model\":2} x", EnvelopeFaultKind.Malformed)]
    [InlineData("{\"model\":1,\"x\":1,\"mod\\u0065l\":2}", EnvelopeFaultKind.DuplicateProperty)]
    [InlineData("{\"x\":1,\"x\":2}", EnvelopeFaultKind.None)]
    public void Scan_Body_GivesKindOfFault(string body, EnvelopeFaultKind expected) =>
        Assert.Equal(expected, RequestEnvelope.Scan(Encoding.UTF8.GetBytes(body), out _).Kind);

    [Theory]
    [InlineData(64, EnvelopeFaultKind.None)]
    [InlineData(65, EnvelopeFaultKind.TooDeep)]
    public void Scan_Depth_IsThatOfUtf8JsonReader(int depth, EnvelopeFaultKind expected)
    {
        var body = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{" + new string('}', depth);
        Assert.Equal(expected, RequestEnvelope.Scan(Encoding.UTF8.GetBytes(body), out _).Kind);
    }

    [Fact]
    public void Scan_DuplicateModel_NamesPropertyAndPlace()
    {
        var fault = RequestEnvelope.Scan("{\"model\":\"a\", \"model\":\"b\"}"u8, out _);
        Assert.Equal(new EnvelopeFault(EnvelopeFaultKind.DuplicateProperty, 14, EnvelopeProperty.Model), fault);
    }

    [Fact]
    public void Scan_NestedModel_IsNotTheModel()
    {
        Assert.True(RequestEnvelope.Scan("{\"a\":{\"model\":\"x\"},\"b\":[{\"stream\":true}]}"u8, out var envelope).IsNone);
        Assert.All(Enum.GetValues<EnvelopeProperty>(), p => Assert.False(envelope.Has(p)));
    }

    [Fact]
    public void Envelope_Request_GivesRangesKindsAndTexts()
    {
        var body = """{ "mod\u0065l" : "gpt-\u00e4\n" , "stream":true,"n" : 3 ,"user":"ann","stream_options":{"a":[1]},"store":null }"""u8.ToArray();
        Assert.True(RequestEnvelope.Scan(body, out var e).IsNone);
        Assert.Equal("gpt-ä\n", e.ReadString(EnvelopeProperty.Model, body));
        Assert.False(e.TryGetUnescaped(EnvelopeProperty.Model, body, out _));
        Assert.True(e.ValueEquals(EnvelopeProperty.Model, body, "gpt-ä\n"u8));
        Assert.False(e.ValueEquals(EnvelopeProperty.Model, body, "gpt-a\n"u8));
        Assert.True(e.IsTrue(EnvelopeProperty.Stream, body));
        Assert.False(e.IsTrue(EnvelopeProperty.Store, body));
        Assert.Null(e.ReadString(EnvelopeProperty.N, body));
        Assert.Null(e.ReadString(EnvelopeProperty.Deployment, body));
        Assert.True(e.TryGetUnescaped(EnvelopeProperty.User, body, out var user));
        Assert.Equal("ann", Encoding.UTF8.GetString(user));
        Assert.Equal("3", Encoding.UTF8.GetString(e.Value(EnvelopeProperty.N).Of(body)));
        Assert.Equal("\"n\" : 3", Encoding.UTF8.GetString(e.Member(EnvelopeProperty.N).Of(body)));
        Assert.Equal(
            [JsonTokenType.String, JsonTokenType.True, JsonTokenType.Number, JsonTokenType.StartObject, JsonTokenType.Null, JsonTokenType.None],
            new[]
            {
                EnvelopeProperty.Model, EnvelopeProperty.Stream, EnvelopeProperty.N, EnvelopeProperty.StreamOptions, EnvelopeProperty.Store,
                EnvelopeProperty.Endpoint,
            }.Select(p => e.Kind(p)));
    }

    [Fact]
    public void Envelope_LoneSurrogateInModel_IsNoTextButNoFailure()
    {
        var body = """{"model":"\ud800","stream_options":{"\ud800\ud800\ud800":1}}"""u8;
        Assert.True(RequestEnvelope.Scan(body, out var e).IsNone);
        Assert.Null(e.ReadString(EnvelopeProperty.Model, body));
        Assert.False(e.ValueEquals(EnvelopeProperty.Model, body, "x"u8));
        Assert.False(StreamUsageRequest.WasAsked(body, e));
    }

    [Fact]
    public void Block_NarrowVectors_SeeWhatWideOnesSee()
    {
        var random = new Random(7);
        var block = new byte[JsonBlock.Size];
        for (var round = 0; round < 2000; round++)
        {
            for (var i = 0; i < block.Length; i++) block[i] = round % 2 == 0 ? (byte)random.Next(256) : (byte)"{}[]:,\"\\ \n\r\tn\0\u001fa"[random.Next(16)];
            JsonBlock.Text(ref block[0], out var q, out var b, out var c);
            JsonBlock.Text256(ref block[0], out var q2, out var b2, out var c2);
            JsonBlock.Text128(ref block[0], out var q1, out var b1, out var c1);
            JsonBlock.Structure(ref block[0], out var s, out var w);
            JsonBlock.Structure256(ref block[0], out var s2, out var w2);
            JsonBlock.Structure128(ref block[0], out var s1, out var w1);
            Assert.Equal((Bits(x => x == '"'), Bits(x => x == '\\'), Bits(x => x < 32)), (q, b, c));
            Assert.Equal((Bits(x => "{}[]:,".Contains((char)x)), Bits(x => " \n\r\t".Contains((char)x))), (s, w));
            Assert.Equal((q, b, c, s, w), (q2, b2, c2, s2, w2));
            Assert.Equal((q, b, c, s, w), (q1, b1, c1, s1, w1));
            Assert.Equal(JsonBlock.PrefixXorPortable(q), JsonBlock.PrefixXor(q));
        }

        ulong Bits(Func<byte, bool> isSet) => block.Select((x, i) => isSet(x) ? 1UL << i : 0).Aggregate(0UL, (a, x) => a | x);
    }

    private static string? Disagreement(byte[] body, ref int accepted)
    {
        var fault = RequestEnvelope.Scan(body, out var envelope);
        var oracle = EnvelopeOracle.Read(body);
        var expected = !oracle.IsJson ? "no JSON" : !oracle.IsObject ? "no object" : oracle.Duplicate is { } d ? $"{d} twice" : "request";
        var actual = fault.Kind switch
        {
            EnvelopeFaultKind.None => "request",
            EnvelopeFaultKind.DuplicateProperty => $"{fault.Property} twice",
            EnvelopeFaultKind.NotAnObject => "no object",
            _ => "no JSON",
        };
        if (expected != actual) return $"expected {expected}, got {actual} ({fault})";
        if (fault.Kind == EnvelopeFaultKind.Empty && body.Any(b => !" \n\r\t"u8.Contains(b))) return "not empty";
        if (fault.Offset < 0 || fault.Offset > body.Length) return $"offset {fault.Offset}";
        if (!fault.IsNone) return null;
        accepted++;
        foreach (var property in Enum.GetValues<EnvelopeProperty>())
        {
            var want = oracle.Properties.TryGetValue(property, out var f) ? f : default;
            var member = envelope.Member(property);
            var have = new EnvelopeOracle.Found(member.Start, envelope.Value(property).Start, envelope.Value(property).End, envelope.Kind(property));
            if (want != have || member.End != have.End || envelope.Has(property) != (want != default)) return $"{property}: expected {want}, got {have}";
        }

        return null;
    }
}
