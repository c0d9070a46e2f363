using System.Text;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Configuration;

namespace Parley.Gateway.Tests.Agents;

public sealed class AgentSectionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Agents_OfEveryKind_AreReadWithTheirDefaults()
    {
        var agents = _folder.Write("parley.json", """
            {
              "agents": {
                "old": { "kind": "foundry-classic", "projectEndpoint": "https://me.services.ai.azure.com/api/projects/p/", "agentId": "asst_1" },
                "new": { "kind": "foundry", "projectEndpoint": "http://localhost:9/api/projects/p", "agent": "news", "version": "3", "auth": { "kind": "managed-identity", "clientId": "c" }, "timeoutSeconds": 5.5 },
                "own": { "kind": "model", "model": "parley/echo", "prompt": "p", "tools": ["old", { "type": "web_search", "n": [1.50, null, true, "x"] }], "maxTokens": 7, "description": "d" }
              }
            }
            """).Good().Agents;
        Assert.Equal(["old", "new", "own"], agents.Select(static agent => agent.Name));
        Assert.Equal(("https://me.services.ai.azure.com/api/projects/p", "asst_1", TimeSpan.FromSeconds(120)), (agents[0].ProjectEndpoint!.AbsoluteUri, agents[0].AgentId, agents[0].Timeout));
        Assert.Equal((ProviderAuthKind.Default, "https://ai.azure.com/.default"), (agents[0].Auth!.Kind, agents[0].Auth!.Scope));
        Assert.Equal(("news", "3", ProviderAuthKind.ManagedIdentity, 5.5), (agents[1].AgentId, agents[1].Version, agents[1].Auth!.Kind, agents[1].Timeout.TotalSeconds));
        Assert.Equal(("parley/echo", "p", 7, "d"), (agents[2].Model, agents[2].Prompt, agents[2].MaxTokens, agents[2].Description));
        Assert.Equal(("old", """{"type":"web_search","n":[1.50,null,true,"x"]}"""), (agents[2].Tools[0].Agent, Encoding.UTF8.GetString(agents[2].Tools[1].Json.Span)));
    }

    [Theory]
    [InlineData(""" "a": { "kind": "asst" } """, "is not one of foundry-classic, foundry, model")]
    [InlineData(""" "a": { } """, "is missing. Say one of")]
    [InlineData(""" "A b": { "kind": "model", "model": "parley/echo" } """, "lower-case letters")]
    [InlineData(""" "a": { "kind": "model", "model": "gtp" } """, "there is no model \"gtp\"")]
    [InlineData(""" "a": { "kind": "model" } """, "is missing. Kind model needs it.")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "agentId": "asst_1" } """, "does not belong to kind model")]
    [InlineData(""" "a": { "kind": "foundry-classic", "agentId": "asst_1" } """, "is missing. Kind foundry-classic needs it.")]
    [InlineData(""" "a": { "kind": "foundry", "projectEndpoint": "http://me.example.com/api/projects/p", "agent": "x" } """, "must start with https://")]
    [InlineData(""" "a": { "kind": "foundry", "projectEndpoint": "https://me.example.com/p", "agent": "x", "auth": { "kind": "api-key", "value": "k" } } """, "takes no keys")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "tools": ["b"] } """, "there is no agent \"b\"")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "tools": ["a"] } """, "in a circle: a → a")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "tools": ["b"] }, "b": { "kind": "model", "model": "parley/echo", "tools": ["a"] } """, "in a circle: a → b → a")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "tools": [{ "type": "function", "name": "f" }] } """, "a tool that the caller of a model runs")]
    [InlineData(""" "a": { "kind": "model", "model": "parley/echo", "tools": [7] } """, "must be the name of another agent")]
    public void Agents_Wrong_SayWhatToDo(string agents, string message)
    {
        var errors = _folder.Write("parley.json", "{ \"agents\": {" + agents + "} }").Load().Errors;
        Assert.Contains(errors, error => error.ToString().Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("asst_1", AgentKind.FoundryClassic)]
    [InlineData("news", AgentKind.Foundry)]
    [Trait("Contract", "4.bing-grounding")]
    [Trait("Contract", "4.variables")]
    public void Variables_Both_GiveTheAgent(string id, AgentKind kind)
    {
        var agent = Assert.Single(_folder.Set("AZURE_AI_PROJECT_ENDPOINT", "https://me.services.ai.azure.com/api/projects/p").Set("AZURE_AI_AGENT_ID", id).Good().Agents);
        Assert.Equal(("bing-grounding", kind, id), (agent.Name, agent.Kind, agent.AgentId));
    }

    [Theory]
    [InlineData("AZURE_AI_PROJECT_ENDPOINT", "https://me.services.ai.azure.com/api/projects/p")]
    [InlineData("AZURE_AI_AGENT_ID", "asst_1")]
    public void Variables_OnlyOne_GiveNone(string name, string value) => Assert.Empty(_folder.Set(name, value).Good().Agents);

    [Fact]
    public void Variables_FileHasTheName_TheFileCounts()
    {
        _folder.Set("AZURE_AI_PROJECT_ENDPOINT", "https://me.services.ai.azure.com/api/projects/p").Set("AZURE_AI_AGENT_ID", "asst_1");
        var agents = _folder.Write("parley.json", """{ "agents": { "bing-grounding": { "kind": "model", "model": "parley/echo" } } }""").Good().Agents;
        Assert.Equal(AgentKind.Model, Assert.Single(agents).Kind);
    }
}
