using System.Globalization;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Parley.Gateway.Mcp;

namespace Parley.Conformance;

/// <summary>What the conformance suite calls by name, as its scenarios describe it.</summary>
internal sealed class FixtureFeature : McpFeature
{
    private const string TextUri = "test://static-text";
    private const string BinaryUri = "test://static-binary";
    private const string Template = "test://template/{id}/data";

    public override IEnumerable<McpTool> Tools(McpVisit visit) => [.. ContentTools.All, .. InputTools.All];

    public override IEnumerable<McpPrompt> Prompts(McpVisit visit) => FixturePrompts.All;

    public override IEnumerable<ResourceTemplate> ResourceTemplates { get; } =
        [new ResourceTemplate { Name = "template", UriTemplate = Template, Description = "Repeats its id.", MimeType = "application/json" }];

    public override ValueTask<IReadOnlyList<Resource>> ResourcesAsync(McpVisit visit, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<Resource>>(
    [
        new Resource { Name = "static-text", Uri = TextUri, Description = "A text.", MimeType = "text/plain" },
        new Resource { Name = "static-binary", Uri = BinaryUri, Description = "A pixel.", MimeType = "image/png" },
    ]);

    public override ValueTask<ResourceContents?> ReadAsync(McpVisit visit, string uri, CancellationToken cancellation) => ValueTask.FromResult<ResourceContents?>(uri switch
    {
        TextUri => new TextResourceContents { Uri = uri, MimeType = "text/plain", Text = "This is the content of the static text resource." },
        BinaryUri => BlobResourceContents.FromBytes(Samples.Png, uri, "image/png"),
        _ when uri.StartsWith("test://template/", StringComparison.Ordinal) && uri.EndsWith("/data", StringComparison.Ordinal) && uri.Split('/') is [_, _, _, var id, _] =>
            new TextResourceContents
            {
                Uri = uri,
                MimeType = "application/json",
                Text = string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}"""),
            },
        _ => null,
    });

    public override ValueTask<IReadOnlyList<string>?> CompleteAsync(McpVisit visit, Reference reference, Argument argument, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>?>(reference is PromptReference { Name: FixturePrompts.WithArguments }
            ? [.. new[] { "paris", "park", "party" }.Where(value => value.StartsWith(argument.Value, StringComparison.Ordinal))]
            : null);

    public override void Configure(McpServerOptions options, McpVisit visit)
    {
        options.Capabilities!.Logging = new LoggingCapability();
        options.Handlers.SetLoggingLevelHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
        options.Handlers.SubscribeToResourcesHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
        options.Handlers.UnsubscribeFromResourcesHandler = static (_, _) => ValueTask.FromResult(new EmptyResult());
    }
}
