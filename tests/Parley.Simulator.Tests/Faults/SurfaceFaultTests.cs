using System.Text;
using System.Text.Json;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Faults;

/// <summary>Every fault of the table on every format besides OpenAI's, plain and streamed: what the client sees.</summary>
public sealed class SurfaceFaultTests
{
    // Long enough for every answer that comes in memory; a stall is what brings nothing for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    public static TheoryData<string> Surfaces => [.. SimulatedSurface.All.Select(surface => surface.Name)];

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task EveryFault_OnThisSurface_IsWhatItsDescriptionSays(string name)
    {
        var surface = SimulatedSurface.All.Single(s => s.Name == name);
        var cases = SimulatorFault.All.SelectMany(fault => (bool[])[false, true], (fault, stream) => (fault, stream));
        var problems = await Task.WhenAll(cases.Select(async one =>
        {
            await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
            using var client = host.CreateClient(key: null);
            var seen = await SeeAsync(client, surface.Ask(Model(one.fault.Name), one.stream), surface.Name);
            var expected = Expected(one.fault, one.stream, surface.Name);
            return seen == expected ? null : $"{one.fault.Name} ({(one.stream ? "stream" : "plain")}): expected {expected}, saw {seen}";
        }));
        Assert.Empty(problems.OfType<string>());
    }

    [Theory]
    [InlineData("anthropic", "429", """{"type":"error","error":{"type":"rate_limit_error",""")]
    [InlineData("anthropic", "529", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_""")]
    [InlineData("anthropic", "404", """{"type":"error","error":{"type":"not_found_error","message":"model: sim-fault-404"},""")]
    [InlineData("gemini", "429", """{"error":{"code":429,"message":"You exceeded your current quota,""")]
    [InlineData("gemini", "503", """{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}""")]
    [InlineData("bedrock", "429", """{"message":"Too many requests, please wait before trying again."}""")]
    [InlineData("bedrock", "500", """{"message":"The system encountered an unexpected error during processing. Try your request again."}""")]
    public async Task StatusFault_IsInTheVendorsShape(string name, string fault, string begins)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        var received = await Received.OfAsync(client, SimulatedSurface.All.Single(s => s.Name == name).Ask($"sim-fault-{fault}", false));
        Assert.StartsWith(begins, received.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimit_OfEachVendor_SaysHowLong()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        using var anthropic = await client.SendAsync(SimulatedSurface.All[0].Ask("sim-fault-429-7", false), Soon);
        Assert.Equal(TimeSpan.FromSeconds(7), anthropic.Headers.RetryAfter!.Delta);
        var gemini = (await Received.OfAsync(client, SimulatedSurface.All[2].Ask("sim-fault-429-ms-250", false))).Json.GetProperty("error");
        Assert.Equal("""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.25s"}""", gemini.GetProperty("details")[1].GetRawText());
        using var bedrock = await client.SendAsync(SimulatedSurface.All[4].Ask("sim-fault-429", false), Soon);
        Assert.StartsWith("ThrottlingException:", bedrock.Headers.GetValues("x-amzn-errortype").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throttlingException")]
    [InlineData("modelStreamErrorException")]
    [InlineData("internalServerException")]
    [InlineData("serviceUnavailableException")]
    [InlineData("validationException")]
    public async Task Bedrock_ErrorEventWithAName_IsThatExceptionAfterNEvents(string exception)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        var received = await Received.OfAsync(client, SimulatedSurface.All[4].Ask($"sim-fault-error-event-3:{exception}", true));
        var frames = EventStreamReader.Read(received.Bytes);
        Assert.Equal([false, false, false, true], frames.Select(frame => frame.IsException));
        Assert.Equal(exception, frames[3].Name);
    }

    [Fact]
    public async Task Bedrock_MalformedEventWithCrc_HasGoodJsonUnderAWrongChecksum()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        var received = await Received.OfAsync(client, SimulatedSurface.All[4].Ask("sim-fault-malformed-event-crc", true));
        Assert.Throws<InvalidDataException>(() => EventStreamReader.Read(received.Bytes));
    }

    [Fact]
    public async Task Bedrock_NoUsage_EndsWithoutMetadata()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        var received = await Received.OfAsync(client, SimulatedSurface.All[4].Ask("sim-fault-no-usage", true));
        Assert.Equal("messageStop", EventStreamReader.Read(received.Bytes)[^1].Name);
    }

    [Fact]
    public async Task Anthropic_ErrorEventWithAName_IsThatError()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient(key: null);
        var received = await Received.OfAsync(client, SimulatedSurface.All[0].Ask("sim-fault-error-event-overloaded_error", true));
        var (name, data) = received.Events[^1];
        Assert.Equal("error", name);
        Assert.Equal("""{"type":"overloaded_error","message":"Overloaded"}""", data.GetProperty("error").GetRawText());
    }

    private static string Model(string fault) => fault switch
    {
        "slow-first-byte" => "sim-fault-slow-first-byte-1ms",
        "slow-drip" => "sim-fault-slow-drip-0ms",
        _ => $"sim-fault-{fault}",
    };

    private static string Expected(SimulatorFault fault, bool stream, string surface) => fault.Kind switch
    {
        SimulatorFaultKind.None or SimulatorFaultKind.Slow => "whole",
        SimulatorFaultKind.Status => fault.Name[..3],
        SimulatorFaultKind.Stall => "stalled",
        _ => (fault.Name, stream) switch
        {
            ("cut-connection" or "malformed-chunk" or "reset", _) => "broken off",
            ("close-headers" or "reset-headers", _) => "no answer",
            ("cut-body", _) => "unfinished",
            ("empty", _) => "empty",
            ("error-body" or "error-first-event", _) => "error in 200",
            ("error-event", true) => "error in stream",
            ("error-event", false) => "error in 200",
            ("malformed-event", true) => surface == "gemini-array" ? "unfinished" : "bad json",
            ("malformed-event", false) => "unfinished",
            ("wrong-content-type", _) => "wrong type",
            // Where usage is a frame of its own, its absence is an end that is missing.
            ("no-usage", true) when surface == "bedrock" => "unfinished",
            _ => "whole",
        },
    };

    private static async Task<string> SeeAsync(HttpClient client, HttpRequestMessage request, string surface)
    {
        using var patience = new CancellationTokenSource();
        var bytes = new List<byte>();
        try
        {
            patience.CancelAfter(Patience * 4);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
                return $"{(int)response.StatusCode}";
            var buffer = new byte[65536];
            var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            while (true)
            {
                patience.CancelAfter(Patience * 2);
                var read = await stream.ReadAsync(buffer, patience.Token);
                if (read == 0)
                    break;
                bytes.AddRange(buffer[..read]);
            }
            return KindOf(response, [.. bytes], surface);
        }
        catch (OperationCanceledException)
        {
            return "stalled";
        }
        catch (HttpRequestException)
        {
            return "no answer";
        }
        catch (IOException)
        {
            return "broken off";
        }
    }

    private static string KindOf(HttpResponseMessage response, byte[] bytes, string surface)
    {
        var media = response.Content.Headers.ContentType?.MediaType;
        if (bytes.Length == 0)
            return "empty";
        if (media == "text/html")
            return "wrong type";
        var text = Encoding.UTF8.GetString(bytes);
        if (media == "application/vnd.amazon.eventstream")
        {
            var frames = EventStreamReader.Read(bytes);
            if (frames.Any(frame => !IsJson(frame.Payload)))
                return "bad json";
            return frames[^1].IsException ? frames.Count == 1 ? "error in 200" : "error in stream" : frames[^1].Name == "metadata" ? "whole" : "unfinished";
        }
        if (media == "application/json")
        {
            if (!IsJson(text))
                return "unfinished";
            var root = Parse(text);
            if (root.ValueKind == JsonValueKind.Array)
                return IsError(root.EnumerateArray().Last()) ? root.GetArrayLength() == 1 ? "error in 200" : "error in stream" : "whole";
            return IsError(root) ? "error in 200" : "whole";
        }
        var lines = text.ReplaceLineEndings("\n").Split('\n').Where(l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
        if (lines.Any(line => !IsJson(line)))
            return "bad json";
        if (IsError(Parse(lines[^1])))
            return lines.Count == 1 ? "error in 200" : "error in stream";
        var ended = surface.StartsWith("gemini", StringComparison.Ordinal) ? lines.Any(line => line.Contains("finishReason", StringComparison.Ordinal)) : lines[^1].Contains("message_stop", StringComparison.Ordinal);
        return ended ? "whole" : "unfinished";
    }

    // Anthropic and Google say "error"; a plain answer of Bedrock's has its output, an exception a message alone.
    private static bool IsError(JsonElement element) => element.TryGetProperty("error", out _) || (element.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String);

    private static bool IsJson(string text)
    {
        try
        {
            Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
