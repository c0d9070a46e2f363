using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>Over HTTP/2 a provider may answer while the request is still being sent.</summary>
public sealed class EarlyAnswerTests
{
    private const string Refusal = "{\"error\":{\"message\":\"no\"}}";

    [Fact]
    public async Task Provider_OverHttp2_AnswersAndStreams()
    {
        const string Stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";
        await using var upstream = await CannedUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await upstream.StartGatewayAsync();
        string? protocol = null;
        var send = CannedUpstream.Bytes(System.Text.Encoding.UTF8.GetBytes(Stream), piece: 5);
        upstream.Answer = context =>
        {
            protocol = context.Request.Protocol;
            return send(context);
        };
        var (status, text, _) = await gateway.CallAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true));
        Assert.Equal((200, Stream, "HTTP/2"), (status, text, protocol));
    }

    [Fact]
    public async Task Provider_RefusesWhileTheBodyIsBeingSent_BufferIsNotReused()
    {
        await using var upstream = await CannedUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await upstream.StartGatewayAsync();
        await using var another = await CannedUpstream.StartAsync();
        await using var reusing = await another.StartGatewayAsync();
        upstream.ReadsBody = false;
        using var reused = new SemaphoreSlim(0);
        var uploaded = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Refusal);
            await context.Response.CompleteAsync();
            // The gateway has its answer and has let the request go; only now the rest of the body is asked for.
            await reused.WaitAsync(GatewayCalls.Limit());
            var body = new MemoryStream();
            try
            {
                await context.Request.Body.CopyToAsync(body);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The gateway may stop sending; what it has sent must be right all the same.
            }

            uploaded.TrySetResult(body.ToArray());
        };

        var (status, text, _) = await gateway.CallAsync(GatewayCalls.Chat, Request('a'));
        Assert.Equal((400, Refusal), (status, text));
        await gateway.AssertNothingLeftAsync();
        // Buffers of the same size, from the same pool, full of something else.
        for (var i = 0; i < 4; i++) await reusing.CallAsync(GatewayCalls.Chat, Request('b'));
        reused.Release();

        var first = await uploaded.Task.WaitAsync(GatewayCalls.Limit());
        Assert.InRange(first.Length, 0, 4 * 1024 * 1024); // the rest is nobody's and is not sent any more
        Assert.DoesNotContain("bbbb", System.Text.Encoding.ASCII.GetString(first), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_RefusesWithoutReading_OtherRequestsOfTheConnectionGoOn()
    {
        await using var upstream = await CannedUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.ReadsBody = false;
        upstream.Answer = CannedUpstream.Bytes(System.Text.Encoding.ASCII.GetBytes(Refusal), "application/json", status: 400);
        for (var i = 0; i < 5; i++)
        {
            var (status, text, _) = await gateway.CallAsync(GatewayCalls.Chat, Request('a'));
            Assert.Equal((400, Refusal), (status, text));
        }

        upstream.ReadsBody = true;
        await gateway.CallAsync(GatewayCalls.Chat, Request('c'));
        Assert.Equal(Request('c').Replace("\"gpt\"", "\"canned\"", StringComparison.Ordinal), System.Text.Encoding.ASCII.GetString(upstream.Received));
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Provider_RefusesTranslatedEmbeddingsWhileTheyAreBeingSent_TheRestIsNotSent()
    {
        const string Vectors = """{"embeddings":[{"values":[0.5,0.25]}]}""";
        await using var upstream = await CannedUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": { "gemini": { "type": "gemini", "baseUrl": "{{upstream.Address}}", "apiKey": "k", "http": { "version": "2" } } },
                  "models": [ { "modelId": "embed", "targets": [ { "provider": "gemini", "model": "gemini-embedding-001" } ] } ]
                }
                """,
        });
        upstream.ReadsBody = false;
        using var answered = new SemaphoreSlim(0);
        var uploaded = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Refusal);
            await context.Response.CompleteAsync();
            await answered.WaitAsync(GatewayCalls.Limit());
            var body = new MemoryStream();
            try
            {
                await context.Request.Body.CopyToAsync(body);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The gateway has stopped sending.
            }

            uploaded.TrySetResult(body.Length);
        };
        Assert.Equal(400, (await gateway.CallAsync("/v1/embeddings", Texts('a'))).Status);
        await gateway.AssertNothingLeftAsync();
        answered.Release();
        // The rest is nobody's and is not sent any more.
        Assert.InRange(await uploaded.Task.WaitAsync(GatewayCalls.Limit()), 0, 4 * 1024 * 1024);

        upstream.ReadsBody = true;
        upstream.Answer = CannedUpstream.Bytes(System.Text.Encoding.ASCII.GetBytes(Vectors), "application/json");
        Assert.Equal(200, (await gateway.CallAsync("/v1/embeddings", Texts('c'))).Status);
        Assert.Contains(new string('c', 1024), System.Text.Encoding.ASCII.GetString(upstream.Received), StringComparison.Ordinal);
        await gateway.AssertNothingLeftAsync();
    }

    private static string Texts(char fill) => $$"""{"input":"{{new string(fill, 5 * 1024 * 1024)}}","model":"embed"}""";

    private static string Request(char fill) => $$"""{"messages":[{"role":"user","content":"{{new string(fill, 5 * 1024 * 1024)}}"}],"model":"gpt"}""";
}
