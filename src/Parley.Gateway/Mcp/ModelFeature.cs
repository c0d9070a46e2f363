using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Mcp;

/// <summary>The catalogue as the key sees it: a tool that lists it, and a resource for each model.</summary>
internal sealed class ModelFeature(ModelDirectory directory) : McpFeature
{
    private const string ListUri = "parley://models";
    private const string TemplateUri = ListUri + "/{id}";
    private const string Json = "application/json";

    private readonly McpTool[] _tools = [new ListModelsTool(directory)];

    public override IEnumerable<ResourceTemplate> ResourceTemplates { get; } =
        [new ResourceTemplate { Name = "model", Title = "Model", UriTemplate = TemplateUri, Description = "One model of the catalogue: what it is called, who serves it, what it can do.", MimeType = Json }];

    public override IEnumerable<McpTool> Tools(McpVisit visit) => _tools;

    public override async ValueTask<IReadOnlyList<Resource>> ResourcesAsync(McpVisit visit, CancellationToken cancellation)
    {
        var models = await directory.ListAsync(visit.Snapshot, visit.Caller, cancellation);
        return
        [
            new Resource { Name = "models", Title = "Models", Uri = ListUri, Description = "The models that this key may use.", MimeType = Json },
            .. models.Select(static model => new Resource { Name = model.Id, Uri = UriOf(model.Id), Description = $"The model {model.Id}, served by {model.OwnedBy}.", MimeType = Json }),
        ];
    }

    public override async ValueTask<ResourceContents?> ReadAsync(McpVisit visit, string uri, CancellationToken cancellation)
    {
        if (!uri.StartsWith(ListUri, StringComparison.Ordinal)) return null;
        var models = await directory.ListAsync(visit.Snapshot, visit.Caller, cancellation);
        if (uri == ListUri) return Contents(uri, McpResult.Json(writer => WriteList(writer, models)));
        if (uri[ListUri.Length] != '/') return null;
        var id = Uri.UnescapeDataString(uri[(ListUri.Length + 1)..]);
        return models.FirstOrDefault(model => model.Id == id) is { } found ? Contents(uri, McpResult.Json(writer => OpenAIModelList.WriteMembers(writer, found))) : null;
    }

    public override async ValueTask<IReadOnlyList<string>?> CompleteAsync(McpVisit visit, Reference reference, Argument argument, CancellationToken cancellation)
    {
        if (reference is not ResourceTemplateReference { Uri: TemplateUri } || argument.Name != "id") return null;
        var models = await directory.ListAsync(visit.Snapshot, visit.Caller, cancellation);
        return [.. models.Select(static model => model.Id).Where(id => id.StartsWith(argument.Value, StringComparison.OrdinalIgnoreCase))];
    }

    // A model's id may hold slashes: azure/gpt-4o.
    private static string UriOf(string id) => $"{ListUri}/{Uri.EscapeDataString(id)}";

    private static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models)
    {
        writer.WriteStartArray("models");
        foreach (var model in models) OpenAIModelList.Write(writer, model);
        writer.WriteEndArray();
    }

    private static TextResourceContents Contents(string uri, ReadOnlyMemory<byte> json) => new() { Uri = uri, MimeType = Json, Text = Encoding.UTF8.GetString(json.Span) };

    private sealed class ListModelsTool(ModelDirectory directory) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = "list_models",
            Title = "List models",
            Description = "Lists the models that this key may use, with what is known of each.",
            InputSchema = McpResult.Schema("""{"type":"object","additionalProperties":false}"""),
            OutputSchema = McpResult.Schema("""
                {
                  "type": "object",
                  "properties": {
                    "models": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "properties": {
                          "id": { "type": "string", "description": "What a request names." },
                          "object": { "const": "model" },
                          "created": { "type": "integer", "description": "When Parley first had it, in seconds since 1970." },
                          "owned_by": { "type": "string", "description": "The provider that serves it." },
                          "status": { "type": "string" },
                          "lifecycle_status": { "type": "string" },
                          "capabilities": {
                            "type": "object",
                            "properties": { "chat_completion": { "type": "boolean" }, "embeddings": { "type": "boolean" } }
                          }
                        },
                        "required": ["id", "object", "created", "owned_by"]
                      }
                    }
                  },
                  "required": ["models"]
                }
                """),
            Annotations = new ToolAnnotations { ReadOnlyHint = true, IdempotentHint = true, OpenWorldHint = false, DestructiveHint = false },
        };

        public override async ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            var models = await directory.ListAsync(call.Visit.Snapshot, call.Visit.Caller, cancellation);
            return McpResult.Of(McpResult.Json(writer => WriteList(writer, models)));
        }
    }
}
