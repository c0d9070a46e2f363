using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Mcp;
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
        foreach (var agent in snapshots.Current.Agents.Agents.Where(agent => MayAsk(context, agent)))
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
        var agents = snapshots.Current.Agents;
        var name = PathName.Read(context, "name");
        if (agents.Find(name) is not { } agent)
        {
            await ErrorWriter.WriteAsync(context, NotFound(name, agents));
            return;
        }

        if (!MayAsk(context, agent))
        {
            await ErrorWriter.WriteAsync(context, new GatewayError(GatewayErrorKind.Forbidden, $"This key may not ask the agent '{agent.Name}'. Ask the operator to add it to the key's tools.") { Code = "tool_not_allowed" });
            return;
        }

        var (request, refused) = await requests.ReadAsync(context, snapshots.Current.Config.Limits);
        if (request is null) await ErrorWriter.WriteAsync(context, refused!);
        else if (request.IsStream) await AgentEventStream.WriteAsync(context, runner.StreamAsync(context, agent, request.Query, context.RequestAborted), snapshots.Current.Config.Heartbeat, time);
        else await AnswerAsync(context, await runner.AskAsync(context, agent, request.Query, context.RequestAborted));
    }

    // A key whose tools are listed may ask those agents alone, over MCP and here.
    private static bool MayAsk(HttpContext context, Agent agent) => context.GetCaller().MayUseTool(AgentFeature.NameOf(agent));

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

    private static GatewayError NotFound(string name, AgentDirectory agents)
    {
        var nearest = NearestName.Of(name, agents.Agents.Select(static agent => agent.Name));
        var hint = nearest is not null ? $" Did you mean '{nearest}'?"
            : agents.Agents.Count == 0 ? " No agent is configured: the operator adds one under \"agents\", or sets AZURE_AI_PROJECT_ENDPOINT and AZURE_AI_AGENT_ID."
            : " GET /agents lists those that exist.";
        return new GatewayError(GatewayErrorKind.NotFound, $"There is no agent '{(name.Length > 100 ? name[..100] + "…" : name)}'.{hint}") { Code = "agent_not_found", Param = "name" };
    }

    private static string NameOf(AgentKind kind) => kind switch
    {
        AgentKind.FoundryClassic => "foundry-classic",
        AgentKind.Foundry => "foundry",
        _ => "model",
    };
}
