using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Mcp;

/// <summary>All that the MCP server offers, made of its features: what a visit sees of it, as the protocol's library wants it.</summary>
internal sealed partial class McpFeatures(IEnumerable<McpFeature> features, ILogger<McpFeatures> logger)
{
    // How long a client may keep a list. Lists change with the configuration and with the key, and nothing tells a client.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // The most that a completion may hold by the specification.
    private const int MostValues = 100;

    private static readonly Implementation Server = new()
    {
        Name = "parley",
        Title = "Parley",
        Version = typeof(McpFeatures).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0",
    };

    private readonly McpFeature[] _features = [.. features];

    /// <summary>The server that answers a visit.</summary>
    public McpServerOptions For(McpVisit visit)
    {
        var options = new McpServerOptions
        {
            ServerInfo = Server,
            ServerInstructions = "Parley is a gateway to language models. 'list_models' says which ones there are; 'chat' asks the default one, or the one that its argument 'model' names.",
            ScopeRequests = false,
            Capabilities = new ServerCapabilities { Tools = new(), Prompts = new(), Resources = new(), Completions = new() },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (request, _) => ValueTask.FromResult(ListTools(visit, request.Params)),
                CallToolHandler = (request, cancellation) => CallToolAsync(visit, request, cancellation),
                ListPromptsHandler = (request, _) => ValueTask.FromResult(ListPrompts(visit, request.Params)),
                GetPromptHandler = (request, cancellation) => GetPromptAsync(visit, request, cancellation),
                ListResourcesHandler = (request, cancellation) => ListResourcesAsync(visit, request.Params, cancellation),
                ListResourceTemplatesHandler = (request, _) => ValueTask.FromResult(ListTemplates(request.Params)),
                ReadResourceHandler = (request, cancellation) => ReadResourceAsync(visit, request, cancellation),
                CompleteHandler = (request, cancellation) => CompleteAsync(visit, request.Params, cancellation),
            },
        };
        options.Filters.Message.OutgoingFilters.Add(static next => (context, cancellation) =>
        {
            // The library counts revisions in that Parley does not speak.
            if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result.ContainsKey("supportedVersions"))
                result["supportedVersions"] = new JsonArray([.. Protocol.McpRevisions.Supported.Select(static revision => (JsonNode)revision)]);
            return next(context, cancellation);
        });
        foreach (var feature in _features) feature.Configure(options, visit);
        return options;
    }

    /// <summary>The tool of this name, if the visit's key may call it.</summary>
    public McpTool? Find(McpVisit visit, string name) => Tools(visit).FirstOrDefault(tool => tool.Definition.Name == name);

    private IEnumerable<McpTool> Tools(McpVisit visit) =>
        _features.SelectMany(feature => feature.Tools(visit)).Where(tool => visit.Caller.MayUseTool(tool.Definition.Name)).OrderBy(static tool => tool.Definition.Name, StringComparer.Ordinal);

    private ListToolsResult ListTools(McpVisit visit, ListToolsRequestParams? parameters)
    {
        CheckCursor(parameters?.Cursor);
        return new ListToolsResult { Tools = [.. Tools(visit).Select(static tool => tool.Definition)], TimeToLive = Fresh, CacheScope = CacheScope.Private };
    }

    private async ValueTask<CallToolResult> CallToolAsync(McpVisit visit, RequestContext<CallToolRequestParams> request, CancellationToken cancellation)
    {
        var name = request.Params.Name;
        // One that the key may not call is unknown to it: the answer does not tell what others have.
        var tool = Find(visit, name) ?? throw Unknown("tool", name);
        try
        {
            return await tool.CallAsync(new McpToolCall(visit, request), cancellation);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or McpException or InputRequiredException))
        {
            var id = visit.Http.GetRequestIdentity().Text;
            LogDefect(exception, name, id);
            return McpResult.Failed($"Parley failed on this call. Quote request id {id} to the operator.");
        }
    }

    private IEnumerable<McpPrompt> Prompts(McpVisit visit) =>
        _features.SelectMany(feature => feature.Prompts(visit)).OrderBy(static prompt => prompt.Definition.Name, StringComparer.Ordinal);

    private ListPromptsResult ListPrompts(McpVisit visit, ListPromptsRequestParams? parameters)
    {
        CheckCursor(parameters?.Cursor);
        return new ListPromptsResult { Prompts = [.. Prompts(visit).Select(static prompt => prompt.Definition)], TimeToLive = Fresh, CacheScope = CacheScope.Private };
    }

    private ValueTask<GetPromptResult> GetPromptAsync(McpVisit visit, RequestContext<GetPromptRequestParams> request, CancellationToken cancellation)
    {
        var name = request.Params.Name;
        var prompt = Prompts(visit).FirstOrDefault(prompt => prompt.Definition.Name == name) ?? throw Unknown("prompt", name);
        return prompt.GetAsync(request, cancellation);
    }

    private async ValueTask<ListResourcesResult> ListResourcesAsync(McpVisit visit, ListResourcesRequestParams? parameters, CancellationToken cancellation)
    {
        CheckCursor(parameters?.Cursor);
        var resources = new List<Resource>();
        foreach (var feature in _features) resources.AddRange(await feature.ResourcesAsync(visit, cancellation));
        return new ListResourcesResult { Resources = resources, TimeToLive = Fresh, CacheScope = CacheScope.Private };
    }

    private ListResourceTemplatesResult ListTemplates(ListResourceTemplatesRequestParams? parameters)
    {
        CheckCursor(parameters?.Cursor);
        return new ListResourceTemplatesResult
        {
            ResourceTemplates = [.. _features.SelectMany(static feature => feature.ResourceTemplates)],
            TimeToLive = Fresh,
            CacheScope = CacheScope.Private,
        };
    }

    private async ValueTask<ReadResourceResult> ReadResourceAsync(McpVisit visit, RequestContext<ReadResourceRequestParams> request, CancellationToken cancellation)
    {
        var uri = request.Params.Uri;
        foreach (var feature in _features)
        {
            if (await feature.ReadAsync(visit, uri, cancellation) is { } contents)
                return new ReadResourceResult { Contents = [contents], TimeToLive = Fresh, CacheScope = CacheScope.Private };
        }

        // 2026-07-28 took the code of its own away.
        var code = request.JsonRpcRequest.Context?.ProtocolVersion == Protocol.McpRevisions.Stateless ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound;
        throw new McpProtocolException($"There is no resource {Shown(uri)}.", code) { Data = { ["uri"] = uri } };
    }

    private async ValueTask<CompleteResult> CompleteAsync(McpVisit visit, CompleteRequestParams parameters, CancellationToken cancellation)
    {
        foreach (var feature in _features)
        {
            if (await feature.CompleteAsync(visit, parameters.Ref, parameters.Argument, cancellation) is not { } values) continue;
            return new CompleteResult { Completion = new Completion { Values = [.. values.Take(MostValues)], Total = values.Count, HasMore = values.Count > MostValues } };
        }

        return new CompleteResult();
    }

    // Lists are given whole, so nobody has a cursor of ours.
    private static void CheckCursor(string? cursor)
    {
        if (cursor is not null) throw new McpProtocolException("The cursor is not one of this server: its lists have one page.", McpErrorCode.InvalidParams);
    }

    private static McpProtocolException Unknown(string what, string name) => new($"Unknown {what}: {Shown(name)}", McpErrorCode.InvalidParams);

    private static string Shown(string value) => value.Length > 100 ? value[..100] + "…" : value;

    [LoggerMessage(1, LogLevel.Error, "The MCP tool {Tool} failed inside Parley (request {RequestId})")]
    private partial void LogDefect(Exception exception, string tool, string requestId);
}
