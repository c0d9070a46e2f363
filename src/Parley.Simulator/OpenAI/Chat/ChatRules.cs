using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What chat completions refuses, in the vendor's order: the model first, then what the model cannot do, then the values.</summary>
internal static class ChatRules
{
    public static Refusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (CommonRules.Model(call) is { } noModel)
            return noModel;
        var model = call.Model!;
        if (ModelTraits.IsEmbedding(model) || ModelTraits.IsMedia(model))
        {
            return call.Vendor == Vendor.Azure
                ? new Refusal(400, "The chatCompletion operation does not work with the specified model. Please choose different model and try again.",
                    Type: null, Code: "OperationNotSupported", Bare: true)
                : new Refusal(404, "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?",
                    Param: "model");
        }
        if (body.Find("messages") is not { } messages)
            return CommonRules.Missing("messages");
        return CommonRules.Types(body,
                   ("messages", "an array of objects"), ("temperature", "a decimal"), ("top_p", "a decimal"), ("n", "an integer"), ("stream", "a boolean"),
                   ("max_tokens", "an integer"), ("max_completion_tokens", "an integer"), ("stop", "one of a string or array of strings"),
                   ("tools", "an array of objects"), ("stream_options", "an object"), ("response_format", "an object"), ("logprobs", "a boolean"))
               ?? (ModelTraits.Reasons(model) ? Reasoning(body) : null)
               ?? CommonRules.DecimalIn(body, "temperature", 0, 2) ?? CommonRules.DecimalIn(body, "top_p", 0, 1) ?? CommonRules.AtLeast(body, "n", 1)
               ?? CommonRules.AtLeast(body, "max_tokens", 1) ?? CommonRules.AtLeast(body, "max_completion_tokens", 1)
               ?? StreamOptions(body) ?? Messages(messages) ?? Tools(body);
    }

    private static Refusal? Reasoning(JsonElement body)
    {
        if (body.Find("max_tokens") is not null)
            return CommonRules.Unsupported("max_tokens", "max_completion_tokens");
        return body.Find("temperature") is { } temperature && temperature.GetDouble() != 1
            ? new Refusal(400, $"Unsupported value: 'temperature' does not support {temperature.GetRawText()} with this model. "
                + "Only the default (1) value is supported.", Param: "temperature", Code: "unsupported_value")
            : null;
    }

    private static Refusal? StreamOptions(JsonElement body) =>
        body.Find("stream_options") is not null && body.FindBool("stream") is not true
            ? new Refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", Param: "stream_options")
            : null;

    private static Refusal? Messages(JsonElement messages)
    {
        if (messages.GetArrayLength() == 0)
        {
            return new Refusal(400, "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
                Param: "messages", Code: "empty_array");
        }
        var index = 0;
        var callsOpen = false;
        foreach (var message in messages.EnumerateArray())
        {
            var name = $"messages[{index}]";
            if (message.ValueKind != JsonValueKind.Object)
                return CommonRules.WrongType(name, "an object", message);
            if (message.FindString("role") is not { } role)
                return CommonRules.Missing($"{name}.role");
            if (role is not ("system" or "assistant" or "user" or "function" or "tool" or "developer"))
            {
                return new Refusal(400, $"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
                    Param: $"{name}.role", Code: "invalid_value");
            }
            if (role == "tool" && !callsOpen)
            {
                return new Refusal(400, "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                    Param: $"messages.[{index}].role");
            }
            if (role is "user" or "system" or "developer" && message.Find("content") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array })
                return new Refusal(400, "Invalid value for 'content': expected a string, got null.", Param: $"messages.[{index}].content");
            callsOpen = role == "assistant" ? message.Find("tool_calls") is not null : role == "tool";
            index++;
        }
        return null;
    }

    private static Refusal? Tools(JsonElement body)
    {
        var index = 0;
        foreach (var tool in body.FindArray("tools"))
        {
            if (tool.Find("function")?.FindString("name") is null && tool.FindString("type") is "function" or null)
                return CommonRules.Missing(tool.Find("function") is null ? $"tools[{index}].function" : $"tools[{index}].function.name");
            index++;
        }
        return body.Find("tool_choice") is not null && index == 0
            ? new Refusal(400, "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", Param: "tool_choice")
            : null;
    }
}
