namespace Parley.Gateway.Configuration;

/// <summary>Kinds of agents (contracts §4).</summary>
public enum AgentKind
{
    /// <summary><c>foundry-classic</c>: an assistant of Foundry's first agent API, with threads and runs.</summary>
    FoundryClassic,

    /// <summary><c>foundry</c>: a Foundry agent that answers over the Responses API, with conversations.</summary>
    Foundry,

    /// <summary><c>model</c>: a model of Parley's catalogue with a prompt and tools.</summary>
    Model,
}
