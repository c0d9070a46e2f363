using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Processes;

/// <summary>The managed identity of a function app: the endpoint that App Service names in <c>IDENTITY_ENDPOINT</c>, by its protocol.</summary>
internal sealed class IdentityEndpoint : IAsyncDisposable
{
    /// <summary>The token that it gives.</summary>
    internal const string Token = "token-of-the-managed-identity";

    private const string Secret = "secret-of-the-endpoint";

    private readonly CannedUpstream _server;

    private IdentityEndpoint(CannedUpstream server) => _server = server;

    /// <summary>What it was asked for, newest last.</summary>
    internal List<string> Asked { get; } = [];

    /// <summary>What App Service sets.</summary>
    internal (string Name, string Value)[] Variables => [("IDENTITY_ENDPOINT", _server.Address + "msi/token"), ("IDENTITY_HEADER", Secret)];

    internal static async Task<IdentityEndpoint> StartAsync()
    {
        var endpoint = new IdentityEndpoint(await CannedUpstream.StartAsync());
        endpoint._server.Answer = endpoint.AnswerAsync;
        return endpoint;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        lock (Asked) Asked.Add(context.Request.Query["resource"].ToString());
        var isKnown = context.Request.Headers["X-IDENTITY-HEADER"] == Secret;
        context.Response.StatusCode = isKnown ? 200 : 401;
        context.Response.ContentType = "application/json";
        var expires = TimeProvider.System.GetUtcNow().AddHours(8).ToUnixTimeSeconds();
        await context.Response.WriteAsync($$"""{"access_token":"{{Token}}","expires_on":"{{expires}}","resource":"{{context.Request.Query["resource"]}}","token_type":"Bearer"}""");
    }
}
