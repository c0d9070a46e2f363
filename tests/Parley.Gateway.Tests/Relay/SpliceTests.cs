using System.Text;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;
using Parley.Testing;

namespace Parley.Gateway.Tests.Relay;

/// <summary>Same format in and out: nothing but the stated bytes changes, in either direction.</summary>
public sealed class SpliceTests
{
    private const string Odd = "{ \"model\" : \"gpt\",\r\n\t\"x_unknown\":{\"a\":1,\"a\":2,\"model\":\"inner\",\"stream_options\":null}, \"temperature\":1.0e+2,\"top_p\":-0,"
        + "\"seed\":1E400,\"big\":12345678901234567890123, \"messages\":[ {\"role\":\"user\",\"content\":\"h\\u00e9 \\/ \\ud83d\\ude00 😀 ü \\\"gpt\\\" \"} ] ,\"end\":[ ] }  \n";

    private const string OddAnswer = "\n{ \"id\":\"r\\u0031\", \"choices\" :[ {\"index\":0,\"message\":{\"content\":\"\\u00e9 \\/ 😀\"},\"finish_reason\":\"stop\"} ],"
        + "\"usage\":{\"prompt_tokens\":1.0e1,\"completion_tokens\":-0,\"x\":1E400}, \"x_new\" : -0.0 } \n";

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    [InlineData("/v1/embeddings")]
    [InlineData("/openai/deployments/gpt/chat/completions")]
    [Trait("Contract", "2.chat")]
    [Trait("Contract", "5.chat")]
    public async Task Plain_OddBytes_OnlyTheModelChanges(string path)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(OddAnswer), "application/json; charset=utf-8");
        await using var gateway = await upstream.StartGatewayAsync();

        var (status, text, _) = await gateway.CallAsync(path, Odd);

        Assert.Equal((200, OddAnswer), (status, text));
        Assert.Equal(Odd.Replace("\"model\" : \"gpt\"", "\"model\" : \"canned\"", StringComparison.Ordinal), Encoding.UTF8.GetString(upstream.Received));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream_options\": {},")]
    [InlineData("\"stream_options\": {\"include_obfuscation\" : false},")]
    [InlineData("\"stream_options\": {\"include_usage\" : false, \"include_obfuscation\":true},")]
    [InlineData("\"stream_options\": null,")]
    [InlineData("\"stream_options\": {\"include_usage\":true},")]
    public async Task Stream_OddBytes_OnlyModelAndUsageOptionChange(string options)
    {
        const string Stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u00e9\"}}],\"n\":1.0e+2}\n\ndata: [DONE]\n\n";
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(Encoding.UTF8.GetBytes(Stream));
        await using var gateway = await upstream.StartGatewayAsync();
        var body = Odd.Replace("\"seed\"", "\"stream\" : true ," + options + "\"seed\"", StringComparison.Ordinal);

        var (status, text, _) = await gateway.CallAsync("/v1/chat/completions", body);

        Assert.Equal((200, Stream), (status, text));
        var expected = body.Replace("\"model\" : \"gpt\"", "\"model\" : \"canned\"", StringComparison.Ordinal);
        expected = options switch
        {
            "" => InsertAdded(expected),
            "\"stream_options\": {}," => expected.Replace("\"stream_options\": {}", "\"stream_options\": {\"include_usage\":true}", StringComparison.Ordinal),
            "\"stream_options\": null," => expected.Replace("\"stream_options\": null", "\"stream_options\": {\"include_usage\":true}", StringComparison.Ordinal),
            _ => expected.Replace("{\"include_obfuscation\" : false}", "{\"include_usage\":true,\"include_obfuscation\" : false}", StringComparison.Ordinal)
                .Replace("\"include_usage\" : false", "\"include_usage\" : true", StringComparison.Ordinal),
        };
        Assert.Equal(expected, Encoding.UTF8.GetString(upstream.Received));
    }

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/responses", false)]
    public async Task Answer_OfTheSimulator_IsWhatItSendsDirectly(string path, bool asksForUsage)
    {
        // Its ids follow from the request's bytes and `created` from the clock, so the same bytes give the same answer.
        await using var gateway = await GatewayHost.StartAsync(new() { Simulator = new SimulatorOptions { TimeProvider = new ManualTimeProvider() } });
        foreach (var stream in (bool[])[true, false])
        {
            var body = GatewayCalls.Body(path, stream);
            if (asksForUsage && stream) body = body[..^1] + ",\"stream_options\":{\"include_usage\":true}}";

            var (status, text, _) = await gateway.CallAsync(path, body);

            using var direct = gateway.Upstream.CreateClient();
            var sent = Encoding.UTF8.GetString(gateway.Upstream.Log.Last.Body.Span);
            var answer = await direct.PostAsync(path, GatewayCalls.Json(sent));
            var expected = await answer.Content.ReadAsStringAsync();
            if (!asksForUsage && stream && path == GatewayCalls.Chat) expected = WithoutUsage(expected);
            Assert.Equal((200, expected), (status, text));
            Assert.Contains(stream ? "\n\n" : "{", text, StringComparison.Ordinal);
        }
    }

    // Added members stand first, so that nothing behind them has to be looked at.
    private static string InsertAdded(string body) => "{\"stream_options\":{\"include_usage\":true}," + body[1..];

    private static string WithoutUsage(string stream) => string.Concat(stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Where(frame => !frame.Contains("\"choices\":[],\"usage\":{", StringComparison.Ordinal))
        .Select(frame => frame.Replace("\"usage\":null,", "", StringComparison.Ordinal) + "\n\n"));
}
