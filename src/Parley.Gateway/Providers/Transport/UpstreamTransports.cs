using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Transport;

/// <summary>
/// Makes transports, and keeps them over configuration reloads: a provider whose connection settings did not change keeps its
/// warm connections. One that is no longer used is dropped, not disposed, so that streams of an older snapshot run to their end;
/// its idle connections close by themselves.
/// </summary>
internal sealed class UpstreamTransports(InProcessUpstream? simulator)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private ConcurrentDictionary<Key, UpstreamTransport> _transports = new();

    /// <summary>True when this host has a simulator; without one a provider of that type must not be called: its address is only a name.</summary>
    internal bool HasSimulator => simulator is not null;

    private sealed record Key(string Provider, HttpConfig Http, bool IsInProcess);

    /// <summary>The transport of a provider, made when it is new.</summary>
    internal UpstreamTransport For(ProviderConfig provider) =>
        _transports.GetOrAdd(new Key(provider.Name, provider.Http, provider.Type == ProviderType.Simulator), Create);

    /// <summary>Forgets the transports of providers that are not in <paramref name="current"/>; the simulator's own is always kept.</summary>
    internal void KeepOnly(IEnumerable<ProviderConfig> current)
    {
        var kept = current.Select(p => new Key(p.Name, p.Http, p.Type == ProviderType.Simulator)).ToHashSet();
        _transports = new(_transports.Where(pair => kept.Contains(pair.Key) || pair.Key.IsInProcess));
    }

    private UpstreamTransport Create(Key key)
    {
        var http = key.Http;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            UseProxy = http.Proxy is not null,
            Proxy = http.Proxy is null ? null : new WebProxy(http.Proxy),
            MaxConnectionsPerServer = http.MaxConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(http.IdleSeconds),
            PooledConnectionLifetime = TimeSpan.FromSeconds(http.LifetimeSeconds),
            ConnectTimeout = TimeSpan.FromSeconds(http.ConnectSeconds),
            EnableMultipleHttp2Connections = true,
            // A model may think for ten minutes without a byte: pings keep middleboxes from cutting the line.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxResponseHeadersLength = 64,
            // As Kestrel read them: a caller's header outside ASCII travels on, and does not look like a broken provider.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            // Kestrel refuses to send anything else on; what is not ASCII becomes a question mark instead of a failed request.
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.ASCII,
        };
        if (http.CaFile is not null) Trust(handler, http.CaFile);
        handler.ConnectCallback = key.IsInProcess && simulator is not null
            ? (_, cancellation) => simulator.ConnectAsync(cancellation)
            : ConnectAsync;
        return new UpstreamTransport(handler, http.Version);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // HTTP/1.1 has no ping; TCP's own keep-alive does the same for it.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Trust(SocketsHttpHandler handler, string caFile)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(caFile);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None) return true;
            // Only an unknown authority may be mended by the file: a wrong name or a missing certificate stays an error.
            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf) return false;
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.CustomTrustStore.AddRange(authorities);
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.DisableCertificateDownloads = true;
            own.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
            if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(new X509Certificate2Collection(chain.ChainElements.Select(e => e.Certificate).ToArray()));
            return own.Build(leaf);
        };
    }
}
