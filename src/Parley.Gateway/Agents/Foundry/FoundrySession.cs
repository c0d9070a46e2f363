using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>
/// What a run leaves at Foundry, a thread or a conversation: made before, deleted when this is disposed, whatever became of the run. Neither
/// is cancelled by the caller who leaves, because what is made and not heard of could never be deleted.
/// </summary>
internal sealed partial class FoundrySession(FoundryClient client, string agent, string kind, string id, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int LongestId = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Its id, as part of an address.</summary>
    internal string Id { get; } = Uri.EscapeDataString(id);

    /// <summary>The call that stops what may still be running; null while there is nothing.</summary>
    internal string? CancelPath { get; set; }

    /// <summary>The call that deletes it.</summary>
    internal required string DeletePath { get; init; }

    /// <summary>Makes a thread or a conversation: an object with an <c>id</c>.</summary>
    /// <returns>Its id, or why there is none.</returns>
    internal static async ValueTask<(string? Id, GatewayError? Error)> CreateAsync(FoundryClient client, AgentRun run, string agent, string path, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(Patience, time);
        FoundryAnswer made;
        try
        {
            made = await client.SendAsync(run, RequestMethod.Post, path, "{}"u8.ToArray(), patience.Token);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, AgentFailure.Late(agent, Patience));
        }

        if (made.Error is not null) return (null, made.Error);
        if (AgentText.Of(made.Body.Member("id"u8)) is { Length: > 0 and <= LongestId } id) return (id, null);
        return (null, made.Body.Member("error"u8) is { IsObject: true } error
            ? AgentFailure.Of(agent, AgentText.Of(error.Member("code"u8)), AgentText.Of(error.Member("message"u8)))
            : AgentFailure.Unreadable(agent));
    }

    public async ValueTask DisposeAsync()
    {
        await CancelAsync();
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var deleted = await client.SendAsync(null, RequestMethod.Delete, DeletePath, default, patience.Token);
            if (deleted.Error is { } error and not { Code: "agent_not_found" }) LogKept(logger, agent, kind, id, error.Message);
        }
        catch (OperationCanceledException)
        {
            LogKept(logger, agent, kind, id, $"no answer within {Patience.TotalSeconds:0} seconds");
        }
    }

    // What is running would go on, and cost, without its thread. A cancel that hangs must not keep the thread from being deleted.
    private async ValueTask CancelAsync()
    {
        if (CancelPath is not { } cancel) return;
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await client.SendAsync(null, RequestMethod.Post, cancel, default, patience.Token);
        }
        catch (OperationCanceledException)
        {
            LogRunning(logger, agent, kind, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agent {Agent}: the run of the {Kind} {Id} may still be going on at Foundry: its cancellation was not answered")]
    private static partial void LogRunning(ILogger logger, string agent, string kind, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agent {Agent}: the {Kind} {Id} could not be deleted and stays at Foundry, with the question and the answer in it: {Reason}")]
    private static partial void LogKept(ILogger logger, string agent, string kind, string id, string reason);
}
