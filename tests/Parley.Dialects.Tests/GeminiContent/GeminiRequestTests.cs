using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Requests of Google's own dialect, read.</summary>
public sealed class GeminiRequestTests
{
    internal static readonly string[] All =
    [
        """{"contents":[{"role":"user","parts":[{"text":"Hi \u00e9 \ud83d\ude00"}]}]}""",
        """
        {"systemInstruction":{"role":"user","parts":[{"text":"Be brief."},{"text":"Be kind."}]},
         "contents":[{"role":"user","parts":[{"text":"What is this?"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},
           {"fileData":{"mimeType":"video/mp4","fileUri":"gs://bucket/a.mp4"},"videoMetadata":{"startOffset":"1s"}},
           {"inlineData":{"mimeType":"application/pdf","data":"JVBERi0=","displayName":"a.pdf"}}]}]}
        """,
        """
        {"contents":[{"role":"user","parts":[{"text":"Weather?"}]},
          {"role":"model","parts":[{"text":"Let me think.","thought":true},{"functionCall":{"name":"get","args":{"b":1.50,"a":"x"}},"thoughtSignature":"c2ln"},
            {"functionCall":{"name":"get","args":{}}},{"functionCall":{"id":"fc1","name":"now"}}]},
          {"role":"user","parts":[{"functionResponse":{"name":"get","response":{"output":"sun"}}},{"functionResponse":{"name":"get","response":{"error":"no"}}},
            {"functionResponse":{"id":"fc1","name":"now","response":{"t":1},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]},
          {"role":"model","parts":[{"text":"Sunny.","thoughtSignature":"dGV4dA=="},{"text":"","thoughtSignature":"ZW5k"}]},
          {"role":"user","parts":[{"text":"Thanks"}]}],
         "tools":[{"functionDeclarations":[{"name":"get","description":"d","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}}},"behavior":"BLOCKING"},
            {"name":"now","parametersJsonSchema":{"type":"object","properties":{"z":{"type":"string"}}}}],"googleSearch":{}},{"codeExecution":{}},{"googleMaps":{"x":1}}],
         "toolConfig":{"functionCallingConfig":{"mode":"VALIDATED","allowedFunctionNames":["get"]},"retrievalConfig":{"languageCode":"de"}}}
        """,
        """
        {"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"executableCode":{"language":"PYTHON","code":"1+1"}},
           {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"2"}},{"text":"2"}]},{"role":"user","parts":[{"text":"y"}]}],
         "generationConfig":{"temperature":0.70,"topP":0.9,"topK":40,"candidateCount":2,"maxOutputTokens":100,"stopSequences":["a","b"],"seed":7,
           "presencePenalty":0.1,"frequencyPenalty":-0.2,"responseLogprobs":true,"logprobs":3,"responseModalities":["TEXT","IMAGE"],
           "speechConfig":{"languageCode":"de-DE"},"mediaResolution":"MEDIA_RESOLUTION_LOW","responseMimeType":"application/json",
           "responseSchema":{"type":"ARRAY","items":{"type":"STRING"},"minItems":"1"},
           "thinkingConfig":{"thinkingLevel":"LOW","includeThoughts":true,"future":1}},
         "safetySettings":[{"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"BLOCK_NONE"}],"cachedContent":"cachedContents/1","labels":{"team":"a"},"future":{"x":[1]}}
        """,
        """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":128}}}""",
    ];

    public static TheoryData<string> Bodies => new(All);

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Request_ReadAndWritten_IsTheSame(string body) => Gemini.Equal(body, Gemini.Write(Gemini.Read(body)).Body);

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Request_ReadAndWritten_LosesNothing(string body) => Assert.Empty(Gemini.Write(Gemini.Read(body)).Writing.Losses.Losses);

    [Fact]
    public void Request_InSnakeCaseAndWithSinglesForLists_IsWrittenInGooglesOwnWay()
    {
        var conversation = Gemini.Read("""
            {"system_instruction":{"parts":{"text":"You are a cat."}},"contents":{"parts":[{"inline_data":{"mime_type":"image/png","data":"AA=="}},
             {"function_call":{"name":"f","args":{}},"thought_signature":"c2ln"}]},
             "tools":{"function_declarations":{"name":"f"}},"tool_config":{"function_calling_config":{"mode":"any","allowed_function_names":["f"]}},
             "generation_config":{"max_output_tokens":"12","response_mime_type":"application/json"}}
            """);
        Assert.Equal(ToolChoiceMode.Named, conversation.ToolChoice!.Mode);
        Gemini.Equal("""
            {"systemInstruction":{"parts":[{"text":"You are a cat."}]},"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}},
             {"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}]}],
             "tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"any","allowed_function_names":["f"]}},
             "generationConfig":{"maxOutputTokens":12,"response_mime_type":"application/json"}}
            """, Gemini.Write(conversation).Body);
    }

    [Fact]
    public void Results_WithoutIds_PairWithCallsByNameAndOrder()
    {
        var conversation = Gemini.Read("""
            {"contents":[{"role":"model","parts":[{"functionCall":{"name":"a","args":{}}},{"functionCall":{"name":"b","args":{}}},{"functionCall":{"name":"a","args":{}}}]},
             {"role":"function","parts":[{"functionResponse":{"name":"a","response":{"n":1}}},{"functionResponse":{"name":"a","response":{"n":2}}},{"functionResponse":{"name":"b","response":{"error":"x"}}}]}]}
            """);
        var calls = conversation.Turns[0].Parts.Cast<ToolCallPart>().Select(call => call.Id.ToText()).ToList();
        var results = conversation.Turns[1].Parts.Cast<ToolResultPart>().ToList();
        Assert.Equal(3, calls.Distinct().Count());
        Assert.Equal([calls[0], calls[2], calls[1]], results.Select(result => result.CallId.ToText()));
        Assert.Equal([false, false, true], results.Select(result => result.IsError));
    }

    [Fact]
    public void Schema_OfGoogle_IsReadAsJsonSchema()
    {
        var conversation = Gemini.Read("""
            {"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseMimeType":"application/json","responseSchema":
             {"type":"OBJECT","propertyOrdering":["b","a"],"required":["a"],"properties":{"a":{"type":"STRING","format":"enum","enum":["x"],"nullable":true},
              "b":{"type":"ARRAY","minItems":"2","items":{"anyOf":[{"type":"INTEGER","format":"int32"},{"type":"NUMBER"}]}}}}}}
            """);
        Assert.Equal(OutputFormatKind.JsonSchema, conversation.Output!.Kind);
        Assert.Equal(
            """{"type":"object","required":["a"],"properties":{"b":{"type":"array","minItems":2,"items":{"anyOf":[{"type":"integer","format":"int32"},{"type":"number"}]}},"a":{"type":["string","null"],"enum":["x"]}}}""",
            conversation.Output.Schema.ToString());
    }

    [Theory]
    [InlineData("""{}""", "contents")]
    [InlineData("""{"contents":[]}""", "contents")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "contents[0].role")]
    [InlineData("""{"contents":[{"role":"user"}]}""", "contents[0].parts")]
    [InlineData("""{"contents":[{"parts":[{}]}]}""", "contents[0].parts[0]")]
    [InlineData("""{"contents":[{"parts":[{"text":1}]}]}""", "contents[0].parts[0].text")]
    [InlineData("""{"contents":[{"parts":[{"text":"a","inlineData":{"mimeType":"image/png","data":"AA=="}}]}]}""", "contents[0].parts[0]")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"data":"AA=="}}]}]}""", "contents[0].parts[0].inlineData.mimeType")]
    [InlineData("""{"contents":[{"parts":[{"functionCall":{"args":{}}}]}]}""", "contents[0].parts[0].functionCall.name")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":"hot"}}""", "generationConfig.temperature")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{"thinkingLevel":"WILD"}}}""", "generationConfig.thinkingConfig.thinkingLevel")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}""", "toolConfig.functionCallingConfig.mode")]
    public void Request_ThatGoogleRefuses_NamesTheField(string body, string path) =>
        Assert.Equal(path, Assert.Throws<DialectException>(() => Gemini.Read(body)).Path);

    [Fact]
    public void ForeignThought_GivenBackInPieces_IsWholeAgainWithItsSignature()
    {
        var packed = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("parley1:anthropic:s::EqQB"));
        var conversation = Gemini.Read($$"""
            {"contents":[{"role":"model","parts":[{"text":"I ","thought":true},{"text":"think","thought":true},{"text":"","thought":true,"thoughtSignature":"{{packed}}"},{"text":"Hi"}]}]}
            """);
        var thought = Assert.IsType<ReasoningPart>(conversation.Turns[0].Parts[0]);
        Assert.Equal((ReasoningOrigin.Anthropic, "I think", "EqQB"), (thought.Origin, thought.Text.ToText(), thought.Signature.ToText()));
        Assert.IsType<TextPart>(conversation.Turns[0].Parts[1]);
    }
}
