using System.Text.RegularExpressions;
using Parley.Gateway.Agents;
using Parley.Gateway.Mcp;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>What models and agents are called as tools.</summary>
[Trait("Contract", "4.mcp")]
public sealed partial class ToolNameTests
{
    [Theory]
    [InlineData("gpt", "model-gpt")]
    [InlineData("gpt-4.1", "model-gpt-4_1")]
    [InlineData("azure/gpt 4ö", "model-azure_gpt_4_")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567", "model-0123456789012345678901234567890123456789012345678901234567")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567x", "model-0123456789012345678901234567890123456789012345678-23add091")]
    public void Model_ByItself_IsSpeltSafely(string model, string tool) => Assert.Equal(tool, ModelToolNames.Of([model])[model]);

    [Fact]
    public void Models_ThatAreSpeltAlike_AreToldApartByAHashOfTheirOwn()
    {
        var names = ModelToolNames.Of(["a/b", "a.b", "a_b", "c/d", "c.d"]);
        Assert.Equal("model-a_b", names["a_b"]);
        Assert.Matches("^model-a_b-[0-9a-f]{8}$", names["a/b"]);
        Assert.Matches("^model-c_d-[0-9a-f]{8}$", names["c/d"]);
        Assert.Equal(5, names.Values.Distinct().Count());
        var other = ModelToolNames.Of(["c.d", "a.b", "a_b", "a/b", "c/d", "z"]);
        Assert.All(names, pair => Assert.Equal(pair.Value, other[pair.Key]));
        var longer = ModelToolNames.Of(["a/b", "a_b", names["a/b"]["model-".Length..]]);
        Assert.Equal(3, longer.Values.Distinct().Count());
        Assert.Matches("^model-a_b-[0-9a-f]{9}$", longer["a/b"]);
    }

    [Fact]
    public void Models_Whatever_HaveSafeNamesOfTheirOwnInAnyOrder()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var models = Enumerable.Range(0, random.Next(1, 12)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 90)).Select(_ => "ab_-./ 4"[random.Next(random.Next(1, 8))]))).Distinct().ToArray();
            var names = ModelToolNames.Of(models);
            Assert.Equal(models.Length, names.Values.Distinct(StringComparer.Ordinal).Count());
            Assert.All(names.Values, static name => Assert.Matches(Safe(), name));
            random.Shuffle(models);
            var again = ModelToolNames.Of(models);
            Assert.All(names, pair => Assert.Equal(pair.Value, again[pair.Key]));
        }
    }

    [Theory]
    [InlineData("poet", "poet")]
    [InlineData("agent-poet", "agent-poet")]
    [InlineData("bing-grounding", "bing-grounding")]
    [InlineData("chat", "agent-chat")]
    [InlineData("agent-chat", "agent-agent-chat")]
    [InlineData("agent-agent-chat", "agent-agent-agent-chat")]
    [InlineData("list_models", "agent-list_models")]
    [InlineData("model-gpt", "agent-model-gpt")]
    [InlineData("agent-model-gpt", "agent-agent-model-gpt")]
    public void Agent_ThatIsCalledLikeAToolOfParleys_HasItsPrefixAndNoOtherAgentHasThatName(string agent, string tool) => Assert.Equal(tool, AgentToolName.Of(agent));

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Safe();
}
