using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Tests.Models;

public sealed class SchemaLoweringTests
{
    [Fact]
    public void OneOfBesideAnyOf_IsLeftOutAndReported()
    {
        var (schema, lost) = Lower("""{"anyOf":[{"type":"string"}],"oneOf":[{"type":"integer"}]}""");
        Assert.Equal("""{"anyOf":[{"type":"string"}]}""", schema);
        Assert.Equal(["s.oneOf"], lost);
        Assert.Equal("""{"anyOf":[{"type":"integer"}]}""", Lower("""{"oneOf":[{"type":"integer"}]}""").Schema);
    }

    [Fact]
    public void Loss_BehindAVeryLongName_HasAShortPath()
    {
        var name = new string('n', 5000);
        var (_, lost) = Lower($$$$$$$$"""{"type":"object","properties":{"{{{{{{{{name}}}}}}}}":{"type":"object","properties":{"{{{{{{{{name}}}}}}}}":{"minimum":1}}}}}""");
        Assert.Equal("s.properties." + new string('n', 184) + "...", Assert.Single(lost));
    }

    [Fact]
    public void KeywordsBehindLongNames_TakeTimeInProportion()
    {
        // As much of name as of keywords: spelling each keyword's path would take the product of both.
        Growth.IsInProportion(20_000, size =>
        {
            var keywords = Growth.Repeat(size / 8, i => $"\"k{i}\":1");
            return $$$$$"""{"type":"object","properties":{"{{{{{new string('n', size)}}}}}":{{{{{{keywords}}}}}}}}""";
        }, schema => Lower(schema));
    }

    private static (string Schema, List<string> Lost) Lower(string schema)
    {
        Assert.True(JsonValue.TryParse(Encoding.UTF8.GetBytes(schema), out var value));
        using var buffer = new PooledBuffer();
        var losses = new LossReport();
        SchemaLowering.Write(value, ClaudeSchemaRules.OutputFormat, "s", new JsonOutput(buffer), losses);
        return (Encoding.UTF8.GetString(buffer.Span), [.. losses.Losses.Select(loss => loss.Path)]);
    }
}
