using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Splicing;

public sealed class RequestSplicerTests
{
    [Theory]
    [InlineData("""{"model":"a","n":1.50}""", """{"model":"bb","n":1.50}""")]
    [InlineData("""{ "x":"\u00e4\/", "mod\u0065l" : "a" }""", """{ "x":"\u00e4\/", "mod\u0065l" : "bb" }""")]
    [InlineData("""{"n":1}""", """{"n":1}""")]
    public void Replace_Model_ChangesItsValueOnly(string body, string expected) =>
        Assert.Equal(expected, Spliced(body, static (ref RequestSplicer s) => s.Replace(EnvelopeProperty.Model, "\"bb\""u8)));

    [Theory]
    [InlineData("""{"deployment":"a","x":1,"endpoint":"e"}""", """{"x":1}""")]
    [InlineData("""{"x":1,"deployment":"a","endpoint":"e"}""", """{"x":1}""")]
    [InlineData("""{"deployment":"a","endpoint":"e"}""", "{}")]
    [InlineData("""{ "x":1 , "deployment":"a" }""", """{ "x":1  }""")]
    [InlineData("""{ "deployment" : "a" }""", "{  }")]
    [InlineData("""{"x":1,"endpoint":"e","y":2,"deployment":"d"}""", """{"x":1,"y":2}""")]
    public void Remove_DeploymentAndEndpoint_TakesTheirCommasAlong(string body, string expected) =>
        Assert.Equal(expected, Spliced(body, static (ref RequestSplicer s) =>
        {
            s.Remove(EnvelopeProperty.Endpoint);
            s.Remove(EnvelopeProperty.Deployment);
        }));

    [Theory]
    [InlineData("{}", """{"a":1,"b":2}""")]
    [InlineData(""" { "x":0 } """, """ {"a":1,"b":2, "x":0 } """)]
    [InlineData("""{"model":"m"}""", """{"a":1,"b":2}""")]
    [InlineData("""{"model":"m", "user":"u"}""", """{"a":1,"b":2, "user":"u"}""")]
    public void Add_Members_StandBehindTheBrace(string body, string expected) =>
        Assert.Equal(expected, Spliced(body, static (ref RequestSplicer s) =>
        {
            s.Add("\"a\":1"u8);
            s.Remove(EnvelopeProperty.Model);
            s.Add("\"b\":2"u8);
        }));

    [Theory]
    [InlineData("{}", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream":true}""", """{"stream_options":{"include_usage":true},"stream":true}""")]
    [InlineData("""{"stream_options":null}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{}}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{ "x":{"include_usage":false} }}""", """{"stream_options":{"include_usage":true, "x":{"include_usage":false} }}""")]
    [InlineData("""{"stream_options":{"include_usage":false,"x":1}}""", """{"stream_options":{"include_usage":true,"x":1}}""")]
    [InlineData("""{"stream_options":{"include_usag\u0065": null}}""", """{"stream_options":{"include_usag\u0065": true}}""")]
    [InlineData("""{"stream_options":{"include_usage":true}}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"include_usage":"yes"}}""", """{"stream_options":{"include_usage":"yes"}}""")]
    [InlineData("""{"stream_options":[1]}""", """{"stream_options":[1]}""")]
    [InlineData("""{"stream_options":"x"}""", """{"stream_options":"x"}""")]
    public void AskForStreamUsage_Options_SayTrueAndKeepTheRest(string body, string expected) =>
        Assert.Equal(expected, Spliced(body, static (ref RequestSplicer s) => s.AskForStreamUsage()));

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"stream_options":null}""", false)]
    [InlineData("""{"stream_options":{"include_usage":false}}""", false)]
    [InlineData("""{"stream_options":{"x":{"include_usage":true}}}""", false)]
    [InlineData("""{"stream_options":{"x":1,"include_usage": true}}""", true)]
    [InlineData("""{"include_usage":true,"stream_options":{}}""", false)]
    public void StreamUsageRequest_Body_SaysWhetherClientAsked(string body, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestEnvelope.Scan(bytes, out var envelope).IsNone);
        Assert.Equal(expected, StreamUsageRequest.WasAsked(bytes, envelope));
    }

    [Fact]
    public void Edits_OfOneProperty_LastCounts() =>
        Assert.Equal("""{"model":2}""", Spliced("""{"model":0}""", static (ref RequestSplicer s) =>
        {
            s.Remove(EnvelopeProperty.Model);
            s.Replace(EnvelopeProperty.Model, "1"u8);
            s.Replace(EnvelopeProperty.Model, "2"u8);
        }));

    [Fact]
    public void Edits_NineOfThem_AreRefused() =>
        Assert.Throws<InvalidOperationException>(() => Spliced("{}", static (ref RequestSplicer s) =>
        {
            for (var i = 0; i <= RequestSplicer.MaxEdits; i++) s.Add("\"a\":1"u8);
        }));

    [Fact]
    public void Splice_RandomEdits_EqualTheEditedDocumentAndKeepEveryOtherByte()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var generator = new JsonGenerator(seed);
        var edited = 0;
        while (edited < 5000)
        {
            var body = generator.Next();
            var oracle = EnvelopeOracle.Read(body);
            if (!RequestEnvelope.Scan(body, out var envelope).IsNone || Encoding.UTF8.GetString(body).Contains('\uFFFD', StringComparison.Ordinal)) continue;
            JsonObject tree;
            try
            {
                // A name twice, or one that is no text, is nothing that this tree can hold.
                tree = JsonNode.Parse(body, documentOptions: new() { AllowDuplicateProperties = false })!.AsObject();
                _ = JsonNode.DeepEquals(tree, JsonNode.Parse(body));
            }
            catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
            {
                continue;
            }

            var splicer = new RequestSplicer(body, envelope);
            List<(int Start, int End)> gaps = [];
            foreach (var property in oracle.Properties.Keys.OrderBy(_ => random.Next()).Take(6))
            {
                var name = EnvelopeNames.WireName(property);
                var found = oracle.Properties[property];
                switch (random.Next(3))
                {
                    case 0:
                        splicer.Replace(property, "[\"new\",1]"u8);
                        tree[name] = new JsonArray("new", 1);
                        gaps.Add((found.Start, found.End));
                        break;
                    case 1:
                        splicer.Remove(property);
                        tree.Remove(name);
                        gaps.Add((found.Name, found.End));
                        break;
                }
            }

            if (random.Next(2) == 0)
            {
                splicer.Add("\"added one\":{}"u8);
                tree["added one"] = new JsonObject();
            }

            if (random.Next(2) == 0)
            {
                splicer.Add("\"added two\":null"u8);
                tree["added two"] = null;
            }

            var result = new byte[splicer.Length + 1];
            result[^1] = 0xEE;
            splicer.WriteTo(result);
            Assert.Equal(0xEE, result[^1]);
            result = result[..^1];
            Assert.True(JsonNode.DeepEquals(tree, JsonNode.Parse(result)), $"seed {seed}: {Encoding.UTF8.GetString(body)} -> {Encoding.UTF8.GetString(result)}");
            Assert.True(RequestEnvelope.Scan(result, out _).IsNone);

            // Every run of bytes between two edits is there, in order (but for the commas and the white space at its ends, which an edit may take).
            var text = Encoding.Latin1.GetString(result);
            var (from, at) = (0, 0);
            foreach (var (start, end) in gaps.OrderBy(g => g.Start).Append((body.Length, body.Length)))
            {
                foreach (var run in Encoding.Latin1.GetString(body[from..start]).Split([',', '{'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    var next = text.IndexOf(run, at, StringComparison.Ordinal);
                    Assert.True(next >= at, $"seed {seed}: lost {run}");
                    at = next + run.Length;
                }

                from = end;
            }

            edited++;
        }
    }

    [Theory]
    [InlineData("gpt-4o", "\"gpt-4o\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("ü😀\n\u0001", "\"ü😀\\u000a\\u0001\"")]
    public void JsonText_Text_IsWrittenAsLiteral(string text, string expected)
    {
        var buffer = new byte[JsonText.MaxLength(text.Length)];
        var length = JsonText.Write(text, buffer);
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, length));
        Assert.Equal(text, JsonNode.Parse(buffer.AsSpan(0, length))!.GetValue<string>());
    }

    [Fact]
    public void JsonText_ControlCharactersOnly_FitMaxLength()
    {
        var text = new string('\u0001', 50) + "\ud800";
        var buffer = new byte[JsonText.MaxLength(text.Length)];
        Assert.InRange(JsonText.Write(text, buffer), 1, buffer.Length);
        Assert.Throws<ArgumentException>(() => JsonText.Write(text, new byte[buffer.Length - 1]));
    }

    private delegate void Edit(ref RequestSplicer splicer);

    private static string Spliced(string body, Edit edit)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestEnvelope.Scan(bytes, out var envelope).IsNone);
        var splicer = new RequestSplicer(bytes, envelope);
        edit(ref splicer);
        var result = new byte[splicer.Length];
        splicer.WriteTo(result);
        return Encoding.UTF8.GetString(result);
    }
}
