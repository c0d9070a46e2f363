namespace Parley.Simulator;

/// <summary>
/// The protocol buffer messages of a request and their fields (ai.google.dev, "Generating content", v1beta): a type is a scalar (<c>string</c>,
/// <c>int32</c>, <c>double</c>, <c>bool</c>, <c>bytes</c>), <c>any</c> (not looked into), another message, with <c>[]</c> repeated, with <c>{}</c> a map.
/// </summary>
internal static class GeminiMessages
{
    private const string Any = "any";

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All { get; } = new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        ["GenerateContentRequest"] = Fields("model string", "contents Content[]", "tools Tool[]", "toolConfig ToolConfig", "safetySettings SafetySetting[]",
            "systemInstruction Content", "generationConfig GenerationConfig", "cachedContent string", "store bool", "serviceTier string"),
        ["CountTokensRequest"] = Fields("model string", "contents Content[]", "generateContentRequest GenerateContentRequest"),
        ["EmbedContentRequest"] = Fields("model string", "content Content", "taskType string", "title string", "outputDimensionality int32", "embedContentConfig any"),
        ["BatchEmbedContentsRequest"] = Fields("model string", "requests EmbedContentRequest[]"),
        ["Content"] = Fields("parts Part[]", "role string"),
        ["Part"] = Fields("text string", "inlineData Blob", "fileData FileData", "functionCall FunctionCall", "functionResponse FunctionResponse", "executableCode any",
            "codeExecutionResult any", "toolCall any", "toolResponse any", "thought bool", "thoughtSignature bytes", "videoMetadata any", "partMetadata any",
            "mediaResolution any"),
        ["Blob"] = Fields("mimeType string", "data bytes"),
        ["FileData"] = Fields("mimeType string", "fileUri string"),
        ["FunctionCall"] = Fields("id string", "name string", "args any"),
        ["FunctionResponse"] = Fields("id string", "name string", "response any", "parts any", "willContinue bool", "scheduling string"),
        ["Tool"] = Fields("functionDeclarations FunctionDeclaration[]", "googleSearch any", "googleSearchRetrieval any", "codeExecution any", "urlContext any",
            "computerUse any", "fileSearch any", "googleMaps any", "mcpServers any"),
        ["FunctionDeclaration"] = Fields("name string", "description string", "behavior string", "parameters Schema", "parametersJsonSchema any", "response Schema",
            "responseJsonSchema any"),
        ["Schema"] = Fields("type string", "format string", "title string", "description string", "nullable bool", "enum string[]", "maxItems int64", "minItems int64",
            "properties Schema{}", "required string[]", "minProperties int64", "maxProperties int64", "minLength int64", "maxLength int64", "pattern string",
            "example any", "anyOf Schema[]", "propertyOrdering string[]", "default any", "items Schema", "minimum double", "maximum double"),
        ["ToolConfig"] = Fields("functionCallingConfig FunctionCallingConfig", "retrievalConfig any", "includeServerSideToolInvocations bool"),
        ["FunctionCallingConfig"] = Fields("mode string", "allowedFunctionNames string[]"),
        ["SafetySetting"] = Fields("category string", "threshold string"),
        ["GenerationConfig"] = Fields("stopSequences string[]", "responseMimeType string", "responseSchema Schema", "responseJsonSchema any", "_responseJsonSchema any",
            "responseModalities string[]", "candidateCount int32", "maxOutputTokens int32", "temperature double", "topP double", "topK int32", "seed int32",
            "presencePenalty double", "frequencyPenalty double", "responseLogprobs bool", "logprobs int32", "enableEnhancedCivicAnswers bool", "speechConfig any",
            "thinkingConfig ThinkingConfig", "imageConfig any", "mediaResolution string"),
        ["ThinkingConfig"] = Fields("includeThoughts bool", "thinkingBudget int32", "thinkingLevel string"),
    };

    public static bool IsMessage(string type) => All.ContainsKey(type);

    public static bool IsOpen(string type) => type == Any;

    // Both spellings of a name are known.
    private static Dictionary<string, string> Fields(params ReadOnlySpan<string> fields)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var space = field.IndexOf(' ', StringComparison.Ordinal);
            var (name, type) = (field[..space], field[(space + 1)..]);
            known[name] = type;
            known[GeminiMembers.Snake(name)] = type;
        }
        return known;
    }
}
