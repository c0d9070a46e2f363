using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Agents;

/// <summary><c>GET /agents</c>, and <c>POST /agents/{name}</c>: a question, answered whole or as it comes (docs/agents.md).</summary>
internal sealed class AgentEndpoints(SnapshotHolder snapshots, AgentRunner runner, AgentRequestReader requests, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate list = ListAsync, ask = AskAsync;
        routes.MapGet("/agents", list).RequireRole(KeyRole.Inference);
        routes.MapPost("/agents/{name}", ask).RequireRole(KeyRole.Inference);
    }

    private async Task ListAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var json = new JsonOutput(context.Response.BodyWriter).BeginObject().BeginArray("agents"u8);
        foreach (var agent in AgentsOf(context.GetCaller()))
        {
            json.BeginObject()
                .Member("name"u8, JsonString.From(agent.Name))
                .Member("description"u8, JsonString.From(agent.Description))
                .Member("kind"u8, JsonString.From(NameOf(agent.Kind)))
                .EndObject();
        }

        json.EndArray().EndObject();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task AskAsync(HttpContext context)
    {
        var name = PathName.Read(context, "name");
        // One that the key may not ask is unknown to it, as over MCP: the answer does not tell what others have.
        if (snapshots.Current.Agents.Find(name) is not { } agent || !context.GetCaller().MayAsk(name))
        {
            await ErrorWriter.WriteAsync(context, NotFound(name, [.. AgentsOf(context.GetCaller()).Select(static agent => agent.Name)], snapshots.Current.Agents.Agents.Count > 0));
            return;
        }

        var (request, refused) = await requests.ReadAsync(context, snapshots.Current.Config.Limits);
        if (request is null) await ErrorWriter.WriteAsync(context, refused!);
        else if (request.IsStream) await AgentEventStream.WriteAsync(context, runner.StreamAsync(context, agent, request.Query, context.RequestAborted), snapshots.Current.Config.Heartbeat, time);
        else await AnswerAsync(context, await runner.AskAsync(context, agent, request.Query, context.RequestAborted));
    }

    private static async Task AnswerAsync(HttpContext context, AgentAnswer answer)
    {
        if (answer.Error is not null)
        {
            await ErrorWriter.WriteAsync(context, answer.Error);
            return;
        }

        context.Response.ContentType = "application/json";
        AgentJson.Write(new JsonOutput(context.Response.BodyWriter), answer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private IEnumerable<Agent> AgentsOf(Caller caller) => snapshots.Current.Agents.Agents.Where(agent => caller.MayAsk(agent.Name));

    private static GatewayError NotFound(string name, IReadOnlyList<string> known, bool hasAny)
    {
        var nearest = NearestName.Of(name, known);
        var hint = nearest is not null ? $" Did you mean '{nearest}'?"
            : !hasAny ? " No agent is configured: the operator adds one under \"agents\", or sets AZURE_AI_PROJECT_ENDPOINT and AZURE_AI_AGENT_ID."
            : " GET /agents lists those that this key may ask.";
        return new GatewayError(GatewayErrorKind.NotFound, $"There is no agent '{(name.Length > 100 ? name[..100] + "…" : name)}'.{hint}") { Code = "agent_not_found", Param = "name" };
    }

    private static string NameOf(AgentKind kind) => kind switch
    {
        AgentKind.FoundryClassic => "foundry-classic",
        AgentKind.Foundry => "foundry",
        _ => "model",
    };
}
