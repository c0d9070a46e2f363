using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Mcp;

/// <summary>The saved prompts of the configuration.</summary>
internal sealed class PromptFeature : McpFeature
{
    public override IEnumerable<McpPrompt> Prompts(McpVisit visit) => visit.Snapshot.Config.Prompts.Select(static prompt => new SavedPrompt(prompt));

    private sealed class SavedPrompt(PromptConfig config) : McpPrompt
    {
        public override Prompt Definition { get; } = new()
        {
            Name = config.Name,
            Description = config.Description,
            Arguments = config.Arguments.Count == 0
                ? null
                : [.. config.Arguments.Select(static argument => new PromptArgument { Name = argument.Name, Description = argument.Description, Required = argument.IsRequired })],
        };

        public override ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellation)
        {
            var given = request.Params.Arguments;
            return ValueTask.FromResult(new GetPromptResult
            {
                Description = config.Description,
                // MCP's messages know no system role.
                Messages = [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = Fill(given) } }],
            });
        }

        // One pass over the saved text: what an argument holds is never read for further arguments.
        private string Fill(IDictionary<string, JsonElement>? given)
        {
            var values = config.Arguments.ToDictionary(argument => argument.Name, argument => ValueOf(argument, given), StringComparer.Ordinal);
            var text = new System.Text.StringBuilder(config.Text.Length);
            var rest = config.Text.AsSpan();
            while (rest.IndexOf("{{") is var open && open >= 0 && rest[open..].IndexOf("}}") is var close && close >= 0)
            {
                var name = rest[(open + 2)..(open + close)].ToString();
                var isArgument = values.TryGetValue(name, out var value);
                text.Append(rest[..open]).Append(isArgument ? value : "{{");
                rest = rest[(isArgument ? open + close + 2 : open + 2)..];
            }

            return text.Append(rest).ToString();
        }

        private static string ValueOf(PromptArgumentConfig argument, IDictionary<string, JsonElement>? given)
        {
            if (given is not null && given.TryGetValue(argument.Name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString()!;
            return !argument.IsRequired ? "" : throw new McpProtocolException($"The argument '{argument.Name}' is missing: a text is expected.", McpErrorCode.InvalidParams);
        }
    }
}
