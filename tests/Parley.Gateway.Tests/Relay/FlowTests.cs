using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Configuration;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>Events go as they come, large answers go in pieces, and a client that does not read holds the provider back.</summary>
public sealed class FlowTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(GatewayCalls.Chat)]
    [InlineData(GatewayCalls.Responses)]
    public async Task Events_ReachTheClientBeforeTheNextIsSent(string path)
    {
        using var read = new SemaphoreSlim(0);
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var events = Enumerable.Range(0, 20).Select(number => path == GatewayCalls.Chat
            ? $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{number}\"}}}}]}}\n\n"
            : $"event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"delta\":\"{number}\"}}\n\n").ToList();
        events.Add(path == GatewayCalls.Chat ? "data: [DONE]\n\n" : "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{}}\n\n");
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var one in events)
            {
                await context.Response.WriteAsync(one, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await read.WaitAsync(context.RequestAborted);
            }
        };

        using var answer = await gateway.SendAsync(path, GatewayCalls.Body(path, stream: true), GatewayCalls.Limit());
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        Assert.Equal("no-cache, no-transform", answer.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        foreach (var one in events)
        {
            // The provider sends nothing more until this event is here: one that is held back would be waited for in vain.
            var buffer = new byte[one.Length];
            await body.ReadExactlyAsync(buffer, GatewayCalls.Limit());
            Assert.Equal(one, Encoding.UTF8.GetString(buffer));
            read.Release();
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1], GatewayCalls.Limit()));
    }

    [Fact]
    public async Task Embeddings_FiveMegabytes_PassWholeWithTheirLength()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var bytes = Large(5 * Megabyte);
        foreach (var piece in (int[])[int.MaxValue, 100_000])
        {
            var send = CannedUpstream.Bytes(bytes, "application/json", piece);
            upstream.Answer = context =>
            {
                if (piece == int.MaxValue) context.Response.ContentLength = bytes.Length;
                return send(context);
            };
            using var answer = await gateway.SendAsync("/v1/embeddings", """{"model":"gpt","input":"x"}""", GatewayCalls.Limit());
            Assert.Equal(piece == int.MaxValue ? bytes.Length : null, answer.Content.Headers.ContentLength);
            var got = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(bytes.AsSpan().SequenceEqual(got));
            var record = await gateway.RecordAsync(answer.Headers.GetValues("x-request-id").Single());
            Assert.Equal(("", 4L), (record.Flags(), record.Tokens().Input));
        }

        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(3 * Megabyte, true)]
    [InlineData(3 * Megabyte, false)]
    public async Task LargeAnswer_CutAfterItBegan_BreaksTheConnection(int sent, bool declares)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = CutAfter(sent, declares);

        using var answer = await gateway.SendAsync("/v1/embeddings", """{"model":"gpt","input":"x"}""", GatewayCalls.Limit());
        Assert.Equal(200, (int)answer.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync());

        var record = await gateway.RecordAsync(answer.Headers.GetValues("x-request-id").Single());
        Assert.Equal("truncated estimated stream_broken", record.Flags());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task LargeAnswer_CutWhereNothingWasSentYet_IsAStatus()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        // Exactly what is held back before the answer is begun: its headers must not be left over for the error.
        upstream.Answer = CutAfter(Megabyte, declares: true);
        var (status, text, requestId) = await gateway.CallAsync("/v1/embeddings", """{"model":"gpt","input":"x"}""");
        Assert.Equal(
            (502, """{"error":{"message":"The provider's connection broke before the answer was complete. Try again.","type":"server_error","param":null,"code":"stream_broken"}}"""),
            (status, text.Replace("\\u0027", "'", StringComparison.Ordinal)));
        Assert.Equal("truncated estimated stream_broken", (await gateway.RecordAsync(requestId)).Flags());
    }

    [Fact]
    public async Task Client_ReadsSlowly_ProviderIsHeldBack()
    {
        const int Events = 4000;
        var one = Encoding.UTF8.GetBytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + new string('x', 32 * 1024) + "\"}}]}\n\n");
        var sent = 0;
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (; sent < Events; sent++)
            {
                await context.Response.Body.WriteAsync(one, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
        };

        using var answer = await gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true), GatewayCalls.Limit());
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        // Nobody reads: the sockets between fill, and then the provider's writes no longer end.
        var before = -1;
        while (before != Volatile.Read(ref sent))
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, GatewayCalls.Limit());
        }

        Assert.InRange(before, 1, Events / 2);

        long got = 0;
        var buffer = new byte[256 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, GatewayCalls.Limit())) > 0;) got += read;
        Assert.Equal((long)Events * one.Length + "data: [DONE]\n\n".Length, got);
    }

    [Fact]
    public async Task Client_ReadsALargeAnswerSlowly_IsNotTheProvidersSilence()
    {
        const int Pieces = 2000;
        var piece = Encoding.ASCII.GetBytes(new string('1', 64 * 1024));
        var sent = 0;
        var time = new ManualTimeProvider();
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(time);
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"object\":\"list\",\"data\":[{\"embedding\":[", context.RequestAborted);
            for (; sent < Pieces; sent++) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.WriteAsync("]}],\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}", context.RequestAborted);
        };

        using var answer = await gateway.SendAsync("/v1/embeddings", """{"model":"gpt","input":"x"}""", GatewayCalls.Limit());
        await using var body = await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit());
        // Nobody reads: the sockets between fill, and then the provider's writes no longer end.
        for (var before = -1; before != Volatile.Read(ref sent);)
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, GatewayCalls.Limit());
        }

        Assert.InRange(sent, 1, Pieces - 1);
        time.Advance(TimeSpan.FromHours(1));

        long got = 0;
        var buffer = new byte[256 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, GatewayCalls.Limit())) > 0;) got += read;
        Assert.InRange(got, (long)Pieces * piece.Length, long.MaxValue);
        Assert.Equal("", (await gateway.RecordAsync()).Flags());
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("is out of its pool", StringComparison.Ordinal));
    }

    private static byte[] Large(int length)
    {
        var text = "{\"object\":\"list\",\"data\":[{\"embedding\":[" + new string('1', length - 100) + "]}],\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}";
        return Encoding.ASCII.GetBytes(text);
    }

    private static RequestDelegate CutAfter(int sent, bool declares) => async context =>
    {
        context.Response.ContentType = "application/json";
        if (declares) context.Response.ContentLength = 5 * Megabyte;
        await context.Response.Body.WriteAsync(Large(5 * Megabyte).AsMemory(0, sent), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        // The bytes must be read before the cut overtakes them.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, context.RequestAborted);
        context.Abort();
    };
}
