using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Ingress;

/// <summary>
/// Takes the client's address and scheme from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, but only when the connection comes
/// from a network that <c>access.trustedProxies</c> lists. With none listed it does nothing. Follows configuration reloads.
/// </summary>
internal sealed class ForwardedMiddleware(RequestDelegate next, SnapshotHolder snapshots, ILoggerFactory loggers)
{
    private volatile Configured? _configured;

    private sealed record Configured(AccessConfig Access, ForwardedHeadersMiddleware Middleware);

    public Task InvokeAsync(HttpContext context)
    {
        var access = snapshots.Current.Config.Access;
        if (access.TrustedProxies.Count == 0) return next(context);
        var configured = _configured;
        if (!ReferenceEquals(configured?.Access, access)) _configured = configured = new Configured(access, Create(access));
        return configured!.Middleware.Invoke(context);
    }

    private ForwardedHeadersMiddleware Create(AccessConfig access)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many hops as there are trusted proxies in a row: each one is checked against the list.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in access.TrustedProxies)
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network)) options.KnownIPNetworks.Add(network);
            else if (System.Net.IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
        }

        return new ForwardedHeadersMiddleware(next, loggers, Options.Create(options));
    }
}
