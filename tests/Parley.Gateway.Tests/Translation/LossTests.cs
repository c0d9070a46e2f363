using Parley.Dialects;

namespace Parley.Gateway.Tests.Translation;

/// <summary>What a target has no word for is told in a header and counted, or refused, as the model's policy says; nothing that a caller makes up gets further.</summary>
public sealed class LossTests
{
    // Claude knows neither of these two.
    private const string Lost = ""","seed":1,"frequency_penalty":0.5""";

    [Theory]
    [InlineData("chat")]
    [InlineData("chat-stream")]
    public async Task Warn_NamesTheFields(string surfaceName)
    {
        await using var gateway = await TranslationGateway.StartAsync();
        var answer = await gateway.AskAsync(CallerSurface.Of(surfaceName), "on-anthropic", more: Lost);
        Assert.Equal(200, answer.Status);
        Assert.Equal(["frequency_penalty", "seed"], answer.Header("x-parley-lost")!.Split(',').Order());
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        foreach (var field in (string[])["seed", "frequency_penalty"])
            Assert.Contains($"parley_translation_losses_total{{from=\"OpenAIChat\",to=\"AnthropicMessages\",field=\"{field}\"}} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allow_SaysNothing_AndCounts()
    {
        await using var gateway = await TranslationGateway.StartAsync(modelSettings: """ "onLoss": "allow" """);
        var answer = await gateway.AskAsync(CallerSurface.Chat, "on-anthropic", more: Lost);
        Assert.Equal((200, null), (answer.Status, answer.Header("x-parley-lost")));
        Assert.Contains("field=\"seed\"} 1\n", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reject_NamesTheFields_AndCallsNobody()
    {
        await using var gateway = await TranslationGateway.StartAsync(modelSettings: """ "onLoss": "reject" """);
        foreach (var (surface, more, fields) in ((CallerSurface, string, string[])[])[
            (CallerSurface.Chat, Lost, ["seed", "frequency_penalty"]),
            (CallerSurface.ChatStream, Lost, ["seed", "frequency_penalty"]),
            (CallerSurface.Responses, ""","max_tool_calls":3""", ["max_tool_calls"]),
            (CallerSurface.Gemini, ""","generationConfig":{"seed":1}""", ["generationConfig.seed"])])
        {
            var answer = await gateway.AskAsync(surface, "on-anthropic", more: more);
            var error = SurfaceError.Read(surface, answer, 400);
            Assert.All(fields, field => Assert.Contains(field, error.Message, StringComparison.Ordinal));
            if (surface.Dialect != Dialect.GeminiContent) Assert.Equal("unsupported_translation", error.Code);
        }

        Assert.Equal(0, gateway.Upstream.Log.Count);
        // Where the field can be carried nothing is refused.
        Assert.Equal(200, (await gateway.AskAsync(CallerSurface.Chat, "on-openai", more: Lost)).Status);
    }

    [Fact]
    public async Task UnknownField_OfAnyName_CannotSteerTheHeaders()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        string[] names = [@"a\r\nx-evil: 1", @"a\u000d\u000ax-evil: 1", "größe", @"\u0000", "a,b", @"a\""} 9\nevil 1\n", "模型", new string('n', 5000)];
        foreach (var name in names)
        {
            foreach (var surface in CallerSurface.All)
            {
                var target = surface.Dialect == Dialect.GeminiContent ? "on-openai" : "on-gemini";
                var answer = await gateway.AskAsync(surface, target, more: $",\"{name}\":true");
                Assert.True(answer.Status == 200, $"{surface} {name}: {answer.Body}");
                Assert.Null(answer.Header("x-evil"));
                if (name.Length < 5000) Assert.NotEmpty(answer.Header("x-parley-lost")!);
                Assert.True((answer.Header("x-parley-lost") ?? "").All(c => c is >= ' ' and <= '~'));
            }
        }

        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.DoesNotContain("evil", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("größe", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("nnnn", metrics, StringComparison.Ordinal);
        Assert.Contains("field=\"vendor field\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comma_InANameOfTheCallers_IsNotTwoFields()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        var answer = await gateway.AskAsync(CallerSurface.Chat, "on-gemini", more: ",\"a,b\":true");
        Assert.Equal((200, "a%2Cb"), (answer.Status, answer.Header("x-parley-lost")));
    }

    [Fact]
    public async Task ManyFields_FillTheHeaderToItsLimit()
    {
        await using var gateway = await TranslationGateway.StartAsync();
        var answer = await gateway.AskAsync(CallerSurface.Chat, "on-gemini", more: string.Concat(Enumerable.Range(0, 60).Select(i => $",\"{new string('n', 60)}{i}\":true")));
        Assert.Equal(200, answer.Status);
        Assert.InRange(answer.Header("x-parley-lost")!.Length, 1024, 2048);
    }

    [Theory]
    [InlineData("on-anthropic")]
    [InlineData("on-azure-claude")]
    [InlineData("on-bedrock-claude")]
    [InlineData("on-bedrock-llama")]
    [InlineData("on-gemini")]
    public async Task PreviousResponse_OfAnotherDialect_IsRefusedWhateverThePolicy(string target)
    {
        await using var gateway = await TranslationGateway.StartAsync(modelSettings: """ "onLoss": "allow" """);
        foreach (var surface in (CallerSurface[])[CallerSurface.Responses, CallerSurface.ResponsesStream])
        {
            var error = SurfaceError.Read(surface, await gateway.AskAsync(surface, target, more: ""","previous_response_id":"resp_1" """), 400);
            Assert.Equal(("previous_response_id", "invalid_request_error"), (error.Field, error.Type));
        }

        Assert.Equal(0, gateway.Upstream.Log.Count);
    }
}
