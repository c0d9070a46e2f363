using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The refusals that all operations share, in OpenAI's words (Azure's models answer in the same ones).</summary>
internal static class CommonRules
{
    private const string DeploymentNotFoundText = "The API deployment for this resource does not exist. If you created the deployment "
        + "within the last 5 minutes, please wait a moment and try again.";

    public static Refusal NotJson { get; } = new(400, "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
        + "HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to "
        + "fix this, please contact us through our help center at help.openai.com.)");

    public static Refusal NotAForm { get; } = new(400, "Unsupported content type: 'application/json'. This API method only accepts 'multipart/form-data' requests, "
        + "but you specified the header 'Content-Type: application/json'. Please try again with a supported content type.", Code: "unsupported_content_type");

    public static Refusal DeploymentNotFound { get; } = Refusal.FrontDoor(404, "DeploymentNotFound", DeploymentNotFoundText);

    public static Refusal ModelNotFound(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", Code: "model_not_found");

    public static Refusal Missing(string name) =>
        new(400, $"Missing required parameter: '{name}'.", Param: name, Code: "missing_required_parameter");

    public static Refusal WrongType(string name, string expected, JsonElement got) =>
        new(400, $"Invalid type for '{name}': expected {expected}, but got {Json.NameOfType(got)} instead.", Param: name, Code: "invalid_type");

    public static Refusal Unsupported(string name, string? instead = null) => new(400,
        $"Unsupported parameter: '{name}' is not supported with this model.{(instead is null ? "" : $" Use '{instead}' instead.")}",
        Param: name, Code: "unsupported_parameter");

    /// <summary>The model must be named and exist; on Azure it is a deployment.</summary>
    public static Refusal? Model(SimulatedCall call)
    {
        if (call.Body.Find("model") is { ValueKind: not JsonValueKind.String } odd && call.PathName is null)
            return WrongType("model", "a string", odd);
        if (string.IsNullOrEmpty(call.Model))
        {
            // Chat and embeddings are older than the uniform wording.
            return call.Operation == Operation.Responses ? Missing("model") : new Refusal(400, "you must provide a model parameter");
        }
        if (call.Vendor == Vendor.Azure)
            return ModelTraits.IsSimulated(call.Model) || call.Options.AzureDeployments.Contains(call.Model, StringComparer.Ordinal) ? null : DeploymentNotFound;
        return ModelTraits.Exists(call.Model) ? null : ModelNotFound(call.Model);
    }

    /// <summary>Each named member, where present, is of its type.</summary>
    public static Refusal? Types(JsonElement body, params ReadOnlySpan<(string Name, string Expected)> members)
    {
        foreach (var (name, expected) in members)
        {
            if (body.Find(name) is { } value && !Fits(value, expected))
                return WrongType(name, expected, value);
        }
        return null;
    }

    public static Refusal? AtLeast(JsonElement body, string name, int least) =>
        body.FindInt(name) is { } value && value < least
            ? new Refusal(400, $"Invalid '{name}': integer below minimum value. Expected a value >= {least}, but got {value} instead.",
                Param: name, Code: "integer_below_min_value")
            : null;

    public static Refusal? DecimalIn(JsonElement body, string name, double least, double most)
    {
        if (body.Find(name) is not { ValueKind: JsonValueKind.Number } value)
            return null;
        var number = value.GetDouble();
        if (number >= least && number <= most)
            return null;
        var (side, sign, bound) = number < least ? ("below minimum", ">=", least) : ("above maximum", "<=", most);
        return new Refusal(400, $"Invalid '{name}': decimal {side} value. Expected a value {sign} {bound}, but got {value.GetRawText()} instead.",
            Param: name, Code: number < least ? "decimal_below_min_value" : "decimal_above_max_value");
    }

    private static bool Fits(JsonElement value, string expected) => expected switch
    {
        "a decimal" => value.ValueKind == JsonValueKind.Number,
        "an integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "a boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "a string" => value.ValueKind == JsonValueKind.String,
        "an object" => value.ValueKind == JsonValueKind.Object,
        "an array of objects" => value.ValueKind == JsonValueKind.Array,
        "one of a string or array of strings" => value.ValueKind is JsonValueKind.String or JsonValueKind.Array,
        _ => throw new ArgumentOutOfRangeException(nameof(expected), expected, "No such type."),
    };
}
