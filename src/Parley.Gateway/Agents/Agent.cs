using Parley.Gateway.Configuration;

namespace Parley.Gateway.Agents;

/// <summary>
/// Answers one question after another, each by itself. To add an agent:
/// <code>
/// 1. a class derived from this one: RunAsync asks somebody and yields what comes back as it comes, as AgentSteps;
/// 2. a member of AgentKind, its keys in AgentSection and ConfigurationKeys.Agent, and a case in AgentFactory.
/// </code>
/// Endpoints, MCP tools, time limit, markers and numbers of sources, records and errors are the same for every agent and are not its business.
/// An instance belongs to a configuration and serves many questions at a time.
/// </summary>
internal abstract class Agent(AgentConfig config)
{
    /// <summary>What callers name it by; as a tool it may be called otherwise (<see cref="AgentToolName"/>).</summary>
    internal string Name { get; } = config.Name;

    /// <summary>What it is for.</summary>
    internal string Description { get; } = config.Description ?? $"Asks the agent {config.Name} a question.";

    /// <summary>Its kind as the configuration has it.</summary>
    internal AgentKind Kind { get; } = config.Kind;

    /// <summary>The longest that one question may take.</summary>
    internal TimeSpan Timeout { get; } = config.Timeout;

    /// <summary>Who runs it, when that is not Parley's own pipeline: its runs are then recorded by <see cref="AgentRunner"/>. Null when the calls that it makes are recorded themselves.</summary>
    internal virtual AgentHost? Host => null;

    /// <summary>
    /// Answers the run's question. The last step is <see cref="AgentStep.Ended"/> or <see cref="AgentStep.Failed"/>; what ends without one was cut.
    /// Whatever the run leaves with its host is deleted before the enumeration's end, also when it is given up.
    /// </summary>
    /// <param name="run">The question and whose it is.</param>
    /// <param name="cancellation">The caller has left, or the time is up.</param>
    internal abstract IAsyncEnumerable<AgentStep> RunAsync(AgentRun run, CancellationToken cancellation);
}
