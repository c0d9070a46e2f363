using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration;

/// <summary>The agent that <c>AZURE_AI_PROJECT_ENDPOINT</c> and <c>AZURE_AI_AGENT_ID</c> give, unless the file defines one of its name (contracts §4).</summary>
internal static class VariableAgent
{
    public const string Name = "bing-grounding";

    /// <summary>Null when one of the two has no value: whoever asks for the agent is told which.</summary>
    public static AgentConfig? Read(IReadOnlyDictionary<string, string> variables, ConfigurationProblems problems)
    {
        if (VariableNames.Value(variables, VariableNames.ProjectEndpoint) is not { } project || VariableNames.Value(variables, VariableNames.AgentId) is not { } id)
            return null;
        if (AgentSection.EndpointProblem(project, out var endpoint) is { } problem)
        {
            problems.Error(VariableNames.ProjectEndpoint, "", 0, 0, problem);
            return null;
        }

        return new AgentConfig
        {
            Name = Name,
            Kind = id.StartsWith("asst_", StringComparison.Ordinal) ? AgentKind.FoundryClassic : AgentKind.Foundry,
            Description = "Answers a question with what a web search finds, and names its sources.",
            ProjectEndpoint = endpoint,
            AgentId = id,
            Auth = new ProviderAuthConfig(ProviderAuthKind.Default) { Scope = AgentSection.Scope },
        };
    }
}
