using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.GeminiContent;

public sealed class GeminiSchemaTests
{
    [Theory]
    // As pydantic writes a field of another model with words of its own.
    [InlineData(
        """{"type":"object","properties":{"a":{"allOf":[{"$ref":"#/$defs/A"}],"description":"mine"}},"$defs":{"A":{"type":"string","description":"theirs","enum":["x"]}}}""",
        """{"type":"object","properties":{"a":{"type":"string","description":"mine","enum":["x"]}}}""", "")]
    [InlineData(
        """{"properties":{"a":{"$ref":"#/$defs/A","description":"mine"}},"$defs":{"A":{"type":"integer"}}}""",
        """{"properties":{"a":{"type":"integer","description":"mine"}}}""", "")]
    [InlineData(
        """{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"},"a":{"title":"A"}},"required":["a","b"]}]}""",
        """{"type":"object","properties":{"a":{"type":"string","title":"A"},"b":{"type":"integer"}},"required":["a","b"]}""", "")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":"integer"}]}""", """{"type":"integer"}""", "s.allOf")]
    [InlineData("""{"anyOf":[{"type":"string"}],"oneOf":[{"const":1}]}""", """{"anyOf":[{"type":"string"}]}""", "s.oneOf")]
    [InlineData("""{"oneOf":[{"const":1},{"$ref":"#/$defs/A"}],"$defs":{"A":{"type":"string"}}}""", """{"anyOf":[{"enum":[1]},{"type":"string"}]}""", "")]
    [InlineData("""{"allOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"}],"$defs":{"A":{"type":"string"}}}""", """{"type":"string"}""", "")]
    [InlineData(
        """{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"next":{"$ref":"#/$defs/A","description":"d"}}}}}""",
        """{"type":"object","properties":{"next":{"description":"d"}}}""", "s")]
    [InlineData("""{"type":"object","properties":{"a":true,"b":{"items":false,"$ref":"https://example.com"}}}""", """{"type":"object","properties":{"a":true,"b":{"items":false}}}""", "s.properties.b.$ref")]
    public void ReferencesAndAllOf_Unfolded_SayWhatTheySaid(string schema, string expected, string lost)
    {
        var (actual, losses) = Lower(schema);
        Gemini.Equal(expected, actual);
        Assert.Equal(lost, string.Join(',', losses));
    }

    [Fact]
    public void ManyReferences_TakeTimeInProportion()
    {
        Growth.IsInProportion(4000, count =>
        {
            var uses = Growth.Repeat(count, i => $$$$$"""{"$ref":"#/$defs/d{{{{{i}}}}}"}""");
            var definitions = Growth.Repeat(count, i => $$$$$"""d{{{{{i}}}}}":{"type":"string"},"e{{{{{i}}}}}":1""").Replace(",d", ",\"d", StringComparison.Ordinal);
            return $$$$$"""{"anyOf":[{{{{{uses}}}}}],"$defs":{"{{{{{definitions}}}}}}}""";
        }, schema => Lower(schema));
    }

    [Fact]
    public void ReferencesToAGreatObject_AreNotReadForEver()
    {
        // Each use reads half a megabyte of what is not even written.
        var uses = Growth.Repeat(2000, i => $$$$$"""{"allOf":[{"$ref":"#/$defs/a"}],"title":"{{{{{i}}}}}"}""");
        var schema = $$$$$"""{"anyOf":[{{{{{uses}}}}}],"$defs":{"a":{"type":"string","$defs":[{{{{{new string(' ', 500_000)}}}}}]}}}""";
        var (_, losses) = Lower(schema);
        Assert.Equal(["s"], losses);
    }

    [Fact]
    public void DoublingReferences_StopAtTheLimit()
    {
        var definitions = Growth.Repeat(30, i => $$$$$""" "d{{{{{i}}}}}":{"type":"object","properties":{"l":{"$ref":"#/$defs/d{{{{{i + 1}}}}}"},"r":{"$ref":"#/$defs/d{{{{{i + 1}}}}}"}}}""");
        var (actual, losses) = Lower($$$$$"""{"$ref":"#/$defs/d0","$defs":{{{{{{definitions}}}}},"d30":{"type":"string"}}}""");
        Assert.InRange(actual.Length, 1000, 1_000_000);
        Assert.Equal(["s"], losses);
    }

    [Fact]
    public void PropertyOrdering_ByTheThousand_TakesTimeInProportion()
    {
        Growth.IsInProportion(6000, count =>
        {
            var properties = Growth.Repeat(count, i => $$$$$""" "p{{{{{i}}}}}":{"type":"STRING"}""");
            var order = Growth.Repeat(count, i => $"\"p{count - 1 - i}\"");
            return $$$$$"""{"type":"OBJECT","properties":{{{{{{properties}}}}}},"propertyOrdering":[{{{{{order}}}}}]}""";
        }, schema => GeminiSchema.ToJsonSchema(Gemini.Json(schema)));
        Assert.Equal(
            """{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}}}""",
            GeminiSchema.ToJsonSchema(Gemini.Json("""{"type":"OBJECT","properties":{"a":{"type":"INTEGER"},"b":{"type":"STRING"}},"propertyOrdering":["b","z","b"]}""")).ToString());
    }

    private static (string Schema, List<string> Lost) Lower(string schema)
    {
        using var buffer = new PooledBuffer();
        var losses = new LossReport();
        GeminiSchema.Lower(Gemini.Json(schema), "s", new JsonOutput(buffer), losses);
        return (Encoding.UTF8.GetString(buffer.Span), [.. losses.Losses.Select(loss => loss.Path)]);
    }
}
