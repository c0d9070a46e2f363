using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Agents.Citations;
using Parley.Gateway.Calls;

namespace Parley.Gateway.Agents;

/// <summary>
/// Asks agents on behalf of callers, and is all that surfaces need of them: POST /agents, the wrapper, MCP tools. Errors come back as values,
/// text without markers, sources with numbers. What a hosted agent uses is recorded before its end is told. Whether the key may ask, and how
/// many questions run at a time, is the surface's business.
/// </summary>
internal sealed class AgentRunner(ModelCalls models, AgentLedger ledger, TimeProvider time)
{
    /// <summary>Asks and waits for the whole answer.</summary>
    /// <param name="http">The caller's request: whose key, whose trace, whose ledger.</param>
    /// <param name="agent">One of the snapshot's <see cref="AgentDirectory"/>.</param>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Gives the question up.</param>
    /// <exception cref="OperationCanceledException">Only by <paramref name="cancellation"/> or because the caller has left.</exception>
    internal async Task<AgentAnswer> AskAsync(HttpContext http, Agent agent, string query, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        List<AgentCitation> citations = [];
        List<AgentSearch> searches = [];
        await foreach (var said in RunAsync(http, agent, query, isStream: false, cancellation))
        {
            switch (said)
            {
                case AgentEvent.Text piece: text.Append(piece.Piece); break;
                case AgentEvent.Cited cited: citations.Add(cited.Citation); break;
                case AgentEvent.Searched searched: searches.Add(searched.Search); break;
                case AgentEvent.Failed failed: return AgentAnswer.Failed(failed.Error);
                case AgentEvent.Ended: return new AgentAnswer(null, text.ToString(), citations, searches);
            }
        }

        return AgentAnswer.Failed(AgentFailure.Broken(agent.Name));
    }

    /// <summary>Asks and tells the answer as it comes. Leaving the enumeration early gives the question up.</summary>
    /// <inheritdoc cref="AskAsync"/>
    internal IAsyncEnumerable<AgentEvent> StreamAsync(HttpContext http, Agent agent, string query, CancellationToken cancellation) =>
        RunAsync(http, agent, query, isStream: true, cancellation);

    private async IAsyncEnumerable<AgentEvent> RunAsync(HttpContext http, Agent agent, string query, bool isStream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (ledger.Refusal(agent) is { } refusal)
        {
            yield return new AgentEvent.Failed(refusal);
            yield break;
        }

        using var limit = new CancellationTokenSource(agent.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation, http.RequestAborted);
        var run = new AgentRun(http, query, isStream, models, this);
        var record = ledger.Begin(run, agent);
        var cited = new CitedText();
        var steps = agent.RunAsync(run, either.Token).GetAsyncEnumerator(CancellationToken.None);
        AgentEvent? end = null;
        try
        {
            while (end is null)
            {
                var step = await NextAsync(steps, agent, record, limit.Token, cancellation, http.RequestAborted);
                foreach (var said in cited.Read(step))
                {
                    if (said is AgentEvent.Text piece) record.NoteText(piece.Piece.Length);
                    if (said is AgentEvent.Ended or AgentEvent.Failed) end = said;
                    else yield return said;
                }
            }

            // What was used is safe first, then what the run left with its host is cleared away, then the caller is told the end.
            await record.SettleAsync(end);
        }
        finally
        {
            // Both do nothing the second time; when the caller left, this is the first. Clearing away may take long, and the record must not wait for it.
            await record.SettleAsync(end);
            await steps.DisposeAsync();
        }

        yield return end;
    }

    private static async ValueTask<AgentStep> NextAsync(
        IAsyncEnumerator<AgentStep> steps, Agent agent, AgentRecord record, CancellationToken limit, CancellationToken cancellation, CancellationToken aborted)
    {
        try
        {
            return await steps.MoveNextAsync() ? steps.Current : new AgentStep.Failed(AgentFailure.Broken(agent.Name));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return new AgentStep.Failed(AgentFailure.Late(agent.Name, agent.Timeout));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            record.IsDefect = true;
            throw;
        }
    }
}
