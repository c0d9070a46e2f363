using Microsoft.AspNetCore.Http;
using Parley.Dialects.Conversations;
using Parley.Gateway.Calls;

namespace Parley.Gateway.Agents;

/// <summary>One question to an agent.</summary>
internal sealed class AgentRun(HttpContext http, string query, bool isStream, ModelCalls models, AgentRunner runner)
{
    /// <summary>The caller's request.</summary>
    internal HttpContext Http { get; } = http;

    /// <summary>The question.</summary>
    internal string Query { get; } = query;

    /// <summary>True when the text is wanted as it comes.</summary>
    internal bool IsStream { get; } = isStream;

    /// <summary>Calls to models, on behalf of the caller.</summary>
    internal ModelCalls Models { get; } = models;

    /// <summary>The status of the host's newest answer, for the record; zero when there was none.</summary>
    internal int UpstreamStatus { get; set; }

    /// <summary>The host's id of that answer, for the record.</summary>
    internal string? UpstreamRequestId { get; set; }

    /// <summary>The model that answered, where the host says so, for the record.</summary>
    internal string? Model { get; set; }

    /// <summary>What was used, as far as the host has said, for the record of a run that failed; null while it has said nothing.</summary>
    internal TokenUsage? Usage { get; set; }

    /// <summary>Why a call to the host broke, for the log: may name hosts.</summary>
    internal string? FaultDetail { get; set; }

    /// <summary>Asks another agent, as a part of this run.</summary>
    internal Task<AgentAnswer> AskAsync(Agent agent, string question, CancellationToken cancellation) => runner.AskAsync(Http, agent, question, cancellation);
}
