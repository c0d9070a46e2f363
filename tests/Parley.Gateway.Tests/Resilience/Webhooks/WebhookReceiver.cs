using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Webhooks;

/// <summary>A real receiver of events: keeps what it was posted, and answers what a test tells it to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly CannedUpstream _server;
    private readonly Channel<Post> _posts = Channel.CreateUnbounded<Post>();

    private WebhookReceiver(CannedUpstream server)
    {
        _server = server;
        _server.Answer = async context =>
        {
            await _posts.Writer.WriteAsync(new Post(_server.Received, context.Request.Headers["x-parley-signature"].ToString(), context.Request.Path));
            if (Hold is { } hold) await hold.WaitAsync(context.RequestAborted);
            if (!Statuses.TryDequeue(out var status)) status = 204;
            context.Response.StatusCode = status;
            if (status == 302) context.Response.Headers.Location = "/elsewhere";
        };
    }

    /// <summary>The next answers; 204 after them.</summary>
    internal ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>What an answer waits for; null for nothing.</summary>
    internal Task? Hold { get; set; }

    internal string Url => _server.Address + "hooks/secret-path-marker";

    internal int Count => _posts.Reader.Count;

    internal static async Task<WebhookReceiver> StartAsync() => new(await CannedUpstream.StartAsync());

    internal async Task<Post> NextAsync() => await _posts.Reader.ReadAsync(GatewayCalls.Limit());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>One delivery.</summary>
    internal sealed record Post(byte[] Body, string Signature, PathString Path)
    {
        internal JsonNode Json => JsonNode.Parse(Encoding.UTF8.GetString(Body))!;
    }
}
