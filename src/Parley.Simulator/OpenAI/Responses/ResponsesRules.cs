using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What Responses refuses.</summary>
internal static class ResponsesRules
{
    public static Refusal? Check(SimulatedCall call, ResponseStore store)
    {
        var body = call.Body;
        if (CommonRules.Model(call) is { } noModel)
            return noModel;
        if (ModelTraits.IsEmbedding(call.Model!))
            return new Refusal(400, $"The requested model '{call.Model}' cannot be used with the Responses API.", Param: "model");
        if (body.Find("input") is not { } input)
            return CommonRules.Missing("input");
        return CommonRules.Types(body,
                   ("temperature", "a decimal"), ("top_p", "a decimal"), ("stream", "a boolean"), ("store", "a boolean"), ("instructions", "a string"),
                   ("max_output_tokens", "an integer"), ("tools", "an array of objects"), ("previous_response_id", "a string"), ("text", "an object"),
                   ("reasoning", "an object"), ("metadata", "an object"))
               ?? (ModelTraits.Reasons(call.Model!) ? Reasoning(body) : null)
               ?? CommonRules.DecimalIn(body, "temperature", 0, 2) ?? CommonRules.DecimalIn(body, "top_p", 0, 1)
               ?? CommonRules.AtLeast(body, "max_output_tokens", 16)
               ?? Input(input) ?? Tools(body) ?? Previous(body, store);
    }

    // Recorded: here temperature is not a wrong value, as in chat, but an unknown parameter, and without a code.
    private static Refusal? Reasoning(JsonElement body) =>
        body.Find("temperature") is { } temperature && temperature.GetDouble() != 1
            ? new Refusal(400, "Unsupported parameter: 'temperature' is not supported with this model.", Param: "temperature")
            : null;

    public static Refusal? Input(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String => null,
        JsonValueKind.Array => Items(input, "input"),
        _ => new Refusal(400, $"Invalid type for 'input': expected one of a string or array of objects, but got {Json.NameOfType(input)} instead.",
            Param: "input", Code: "invalid_type"),
    };

    /// <summary>The items of an array that a request calls <paramref name="list"/>.</summary>
    public static Refusal? Items(JsonElement input, string list)
    {
        var index = 0;
        foreach (var item in input.EnumerateArray())
        {
            var name = $"{list}[{index}]";
            if (item.ValueKind != JsonValueKind.Object)
                return CommonRules.WrongType(name, "an object", item);
            if ((item.FindString("type") ?? "message") == "message"
                && item.FindString("role") is var role && role is not ("user" or "assistant" or "system" or "developer"))
            {
                return role is null
                    ? CommonRules.Missing($"{name}.role")
                    : new Refusal(400, $"Invalid value: '{role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
                        Param: name, Code: "invalid_value");
            }
            index++;
        }
        return null;
    }

    private static Refusal? Tools(JsonElement body)
    {
        var index = 0;
        foreach (var tool in body.FindArray("tools"))
        {
            if (tool.FindString("type") is not { } type)
                return CommonRules.Missing($"tools[{index}].type");
            if (type == "function" && tool.FindString("name") is null)
                return CommonRules.Missing($"tools[{index}].name");
            index++;
        }
        return null;
    }

    private static Refusal? Previous(JsonElement body, ResponseStore store) =>
        body.FindString("previous_response_id") is { } id && store.Find(id) is null
            ? new Refusal(400, $"Previous response with id '{id}' not found.", Param: "previous_response_id", Code: "previous_response_not_found")
            : null;
}
