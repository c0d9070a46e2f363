namespace Parley.Simulator;

/// <summary>
/// What an agent's name says will go wrong: <c>sim-fault-NAME[-ARG][@STEP]</c>, of a classic agent <c>asst_sim-fault-NAME…</c>.
/// <para>
/// NAME is one of <see cref="Endings"/>, in which the run (or response) ends although every call is answered: <c>failed</c> (ARG: the code of
/// <c>last_error</c>, default <c>server_error</c>), <c>incomplete</c> (ARG: the reason), <c>expired</c>, <c>cancelled</c>, <c>requires-action</c>,
/// <c>stuck</c> (in progress for ever). Or it is one of <see cref="SimulatorFault.All"/>, which strikes the call that STEP names: <c>run</c> (the
/// default: the run's or response's creation), <c>poll</c>, <c>steps</c>, <c>messages</c> or <c>items</c> (the listing), <c>cancel</c>,
/// <c>delete</c>. The calls before a run name no agent; <see cref="FaultPlan.At"/> is for them.
/// </para>
/// </summary>
internal sealed record AgentFate(string? Ending, FaultChoice? Fault, string? Argument, string Step)
{
    private static readonly AgentFate None = new(null, null, null, "");

    public static IReadOnlyList<string> Endings { get; } = ["failed", "incomplete", "expired", "cancelled", "requires-action", "stuck"];

    public static AgentFate Of(string? agent)
    {
        var name = agent is not null && agent.StartsWith("asst_", StringComparison.Ordinal) ? agent[5..] : agent;
        if (name is null || !name.StartsWith(SimulatorFault.ModelPrefix, StringComparison.Ordinal))
            return None;
        var (what, step) = name.LastIndexOf('@') is > 0 and var at ? (name[..at], name[(at + 1)..]) : (name, "run");
        var rest = what[SimulatorFault.ModelPrefix.Length..];
        foreach (var ending in Endings)
        {
            if (rest == ending || rest.StartsWith(ending + "-", StringComparison.Ordinal))
                return new AgentFate(ending, null, rest.Length > ending.Length ? rest[(ending.Length + 1)..] : null, "");
        }
        return new AgentFate(null, FaultChoice.FromModel(what), null, step);
    }

    /// <summary>The fault that strikes this call by the name of the agent it is about; null when none does.</summary>
    public static FaultChoice? FaultOf(SimulatedCall call, SimulatorState state)
    {
        if (call.Vendor != Vendor.Foundry)
            return null;
        var (agent, step) = call.Operation switch
        {
            Operation.CreateRun or Operation.CreateThreadAndRun => (call.Body.FindString("assistant_id"), "run"),
            Operation.RetrieveRun => (Thread()?.LastAgent, "poll"),
            Operation.ListRunSteps => (Thread()?.LastAgent, "steps"),
            Operation.ListThreadMessages => (Thread()?.LastAgent, "messages"),
            Operation.CancelRun => (Thread()?.LastAgent, "cancel"),
            Operation.DeleteThread => (Thread()?.LastAgent, "delete"),
            Operation.Responses => (call.Body.Find("agent_reference")?.FindString("name"), "run"),
            Operation.ListConversationItems => (state.Conversations.Find(call.PathName)?.LastAgent, "items"),
            Operation.DeleteConversation => (state.Conversations.Find(call.PathName)?.LastAgent, "delete"),
            _ => (null, ""),
        };
        var fate = Of(agent);
        return fate.Step == step ? fate.Fault : null;

        AgentThread? Thread() => state.Threads.Find(call.PathName);
    }
}
