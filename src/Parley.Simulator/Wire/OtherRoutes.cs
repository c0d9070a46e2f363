namespace Parley.Simulator;

/// <summary>The paths of Anthropic, Gemini and Bedrock, below what names the vendor.</summary>
internal static class OtherRoutes
{
    public static (Route? Route, Refusal? Refusal) Anthropic(Vendor vendor, string method, ReadOnlySpan<string> rest)
    {
        (string Method, Route Route)? found = rest switch
        {
            ["messages"] => ("POST", new Route(vendor, Operation.Messages)),
            ["messages", "count_tokens"] => ("POST", new Route(vendor, Operation.CountMessageTokens)),
            ["models"] => ("GET", new Route(vendor, Operation.ListClaudeModels)),
            ["models", .. var id] => ("GET", new Route(vendor, Operation.RetrieveClaudeModel, string.Join('/', id.ToArray()))),
            _ => null,
        };
        if (found is not { } route)
            return (null, AnthropicRefusal.NotFound("Not Found"));
        return route.Method == method ? (route.Route, null) : (null, new AnthropicRefusal(405, "invalid_request_error", "Method Not Allowed"));
    }

    // The method of Google's API stands after a colon; an unknown one is a page, not JSON.
    public static (Route? Route, Refusal? Refusal) Gemini(string method, ReadOnlySpan<string> rest)
    {
        if (rest is ["models"])
            return method == "GET" ? (new Route(Vendor.Gemini, Operation.ListGeminiModels), null) : (null, GeminiRefusal.Page);
        if (rest is not ["models", .. var name])
            return (null, GeminiRefusal.Page);
        var model = string.Join('/', name.ToArray());
        if (method == "GET")
            return (new Route(Vendor.Gemini, Operation.RetrieveGeminiModel, model), null);
        var colon = model.LastIndexOf(':');
        Operation? operation = model[(colon + 1)..] switch
        {
            "generateContent" => Operation.GenerateContent,
            "streamGenerateContent" => Operation.StreamGenerateContent,
            "countTokens" => Operation.CountContentTokens,
            "embedContent" => Operation.EmbedContent,
            "batchEmbedContents" => Operation.BatchEmbedContents,
            _ => null,
        };
        return operation is { } known && colon > 0 && method == "POST" ? (new Route(Vendor.Gemini, known, model[..colon]), null) : (null, GeminiRefusal.Page);
    }

    public static (Route? Route, Refusal? Refusal) Bedrock(string method, ReadOnlySpan<string> rest)
    {
        Operation? operation = rest switch
        {
            [_, "converse"] => Operation.Converse,
            [_, "converse-stream"] => Operation.ConverseStream,
            [_, "invoke"] => Operation.InvokeModel,
            _ => null,
        };
        // A slash inside the id (an ARN's) stays escaped in the path, whatever else the server has unescaped.
        return operation is { } known && method == "POST"
            ? (new Route(Vendor.Bedrock, known, Uri.UnescapeDataString(rest[0])), null)
            : (null, new BedrockRefusal(404, "UnknownOperationException", "The requested operation is not recognized by the service."));
    }
}
