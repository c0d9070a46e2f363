using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Parley.Conformance;

/// <summary>Tools that need something of the client first, and get it with the call's next try (revision 2026-07-28).</summary>
internal static class InputTools
{
    private static readonly byte[] Seal = RandomNumberGenerator.GetBytes(32);

    public static FixtureTool[] All { get; } =
    [
        Asking("elicitation", static given => NameIn(given) is { } name ? $"Hello, {name}!" : null, null, ("user_name", Question("What is your name?", "name"))),
        Asking("sampling", static given => given.TryGetValue("capital_question", out var answer) ? $"It said: {answer.RawValue.GetRawText()}" : null, null, ("capital_question", Sample("What is the capital of France?", 100))),
        Asking("list_roots", static given => given.TryGetValue("client_roots", out var answer) ? $"Its roots: {answer.RawValue.GetRawText()}" : null, null, ("client_roots", Roots)),
        Asking("request_state", static given => given.ContainsKey("confirm") ? "state-ok" : null, "confirming", ("confirm", Question("Please confirm", "ok", "boolean"))),
        Asking(
            "multiple_inputs",
            static given => given.ContainsKey("user_name") && given.ContainsKey("greeting") && given.ContainsKey("client_roots") ? "all there" : null,
            "waiting for three",
            ("user_name", Question("What is your name?", "name")),
            ("greeting", Sample("Generate a greeting", 50)),
            ("client_roots", Roots)),
        Asking("tampered_state", static given => given.ContainsKey("confirm") ? "state-ok" : null, "sealed", ("confirm", Question("Please confirm", "ok", "boolean"))),
        new FixtureTool("test_input_required_result_multi_round", "Asks twice.", static (call, _) => StateOf(call.Request.Params) switch
        {
            null => throw Required("round-1", ("step1", Question("Step 1: What is your name?", "name"))),
            "round-1" => throw Required("round-2", ("step2", Question("Step 2: What is your favorite color?", "color"))),
            _ => ValueTask.FromResult(FixtureTool.Text("done")),
        }),
        new FixtureTool("test_input_required_result_capabilities", "Asks for what the client can give.", static (call, _) =>
        {
            if (call.Request.Params.InputResponses is { Count: > 0 }) return ValueTask.FromResult(FixtureTool.Text("done"));
            var can = call.Request.JsonRpcRequest.Context?.ClientCapabilities;
            List<(string, InputRequest)> asked = [];
            if (can?.Sampling is not null) asked.Add(("capital_question", Sample("What is the capital of France?", 100)));
            if (can?.Elicitation is not null) asked.Add(("user_name", Question("What is your name?", "name")));
            throw Required(null, [.. asked]);
        }),
    ];

    /// <summary>A question with one field.</summary>
    internal static InputRequest Question(string message, string field, string type = "string") => InputRequest.ForElicitation(new ElicitRequestParams
    {
        Message = message,
        RequestedSchema = new ElicitRequestParams.RequestSchema
        {
            Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>
            {
                [field] = type == "boolean" ? new ElicitRequestParams.BooleanSchema() : new ElicitRequestParams.StringSchema(),
            },
            Required = [field],
        },
    });

    /// <summary>What has the client asked first.</summary>
    internal static InputRequiredException Required(string? state, params (string Key, InputRequest Request)[] asked) =>
        new(asked.ToDictionary(static one => one.Key, static one => one.Request), state is null ? null : Sealed(state));

    private static InputRequest Roots => InputRequest.ForRootsList(new ListRootsRequestParams());

    private static InputRequest Sample(string prompt, int tokens) => InputRequest.ForSampling(new CreateMessageRequestParams
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = tokens,
    });

    private static FixtureTool Asking(string name, Func<IDictionary<string, InputResponse>, string?> answer, string? state, params (string, InputRequest)[] asked) =>
        new("test_input_required_result_" + name, "Asks first.", (call, _) =>
        {
            var given = call.Request.Params.InputResponses;
            var said = state is null ? null : StateOf(call.Request.Params);
            return given is not null && said == state && answer(given) is { } text ? ValueTask.FromResult(FixtureTool.Text(text)) : throw Required(state, asked);
        });

    private static string? NameIn(IDictionary<string, InputResponse> given) =>
        given.TryGetValue("user_name", out var answer) && answer.RawValue is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("name", out var name)
        && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private static string Sealed(string state) => $"{state}.{Convert.ToHexString(HMACSHA256.HashData(Seal, Encoding.UTF8.GetBytes(state)))}";

    // A state that the client changed is no state of ours.
    private static string? StateOf(RequestParams parameters)
    {
        if (parameters.RequestState is not { } given) return null;
        var state = given[..Math.Max(0, given.LastIndexOf('.'))];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Sealed(state)))
            ? state
            : throw new McpProtocolException("The requestState is not one of this server.", McpErrorCode.InvalidParams);
    }
}
