using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Parley.Gateway.Mcp;

namespace Parley.Conformance;

/// <summary>The prompts of the suite.</summary>
internal static class FixturePrompts
{
    public const string WithArguments = "test_prompt_with_arguments";

    public static FixturePrompt[] All { get; } =
    [
        new("test_simple_prompt", [], static _ => [Text("This is a simple prompt for testing.")]),
        new(WithArguments, ["arg1", "arg2"], static given => [Text($"Prompt with arguments: arg1='{Of(given, "arg1")}', arg2='{Of(given, "arg2")}'")]),
        new("test_prompt_with_embedded_resource", ["resourceUri"], static given =>
        [
            Say(new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = Of(given, "resourceUri"), MimeType = "text/plain", Text = "Embedded resource content for testing." } }),
            Text("Please process the embedded resource above."),
        ]),
        new("test_prompt_with_image", [], static _ => [Say(ImageContentBlock.FromBytes(Samples.Png, "image/png")), Text("Please analyze the image above.")]),
        new("test_input_required_result_prompt", [], static given => given.InputResponses?.ContainsKey("user_context") == true
            ? [Text("Here is the context.")]
            : throw InputTools.Required(null, ("user_context", InputTools.Question("What context should the prompt use?", "context")))),
    ];

    private static PromptMessage Text(string text) => Say(new TextContentBlock { Text = text });

    private static PromptMessage Say(ContentBlock content) => new() { Role = Role.User, Content = content };

    private static string Of(GetPromptRequestParams given, string name) =>
        given.Arguments?.TryGetValue(name, out var value) == true && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A prompt, by its messages.</summary>
    internal sealed class FixturePrompt(string name, string[] arguments, Func<GetPromptRequestParams, PromptMessage[]> messages) : McpPrompt
    {
        public override Prompt Definition { get; } = new()
        {
            Name = name,
            Description = "A prompt of the conformance suite.",
            Arguments = arguments.Length == 0 ? null : [.. arguments.Select(static argument => new PromptArgument { Name = argument, Required = true })],
        };

        public override ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellation) =>
            ValueTask.FromResult(new GetPromptResult { Messages = messages(request.Params) });
    }
}
