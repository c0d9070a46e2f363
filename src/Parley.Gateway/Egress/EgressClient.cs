using System.Net;
using System.Net.Sockets;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Egress;

/// <summary>
/// The one client for addresses that callers name. It looks the host up itself and connects to what it has checked, so that a name
/// cannot mean one address at the check and another at the call; it keeps no connection, sends no credential, cookie or referrer, and
/// follows at most three redirects, each checked like the first address.
/// </summary>
internal sealed class EgressClient : IDisposable
{
    private const int MostRedirects = 3;

    private readonly EgressNetwork _network;
    private readonly SnapshotHolder _snapshots;
    private readonly HttpMessageInvoker _invoker;

    public EgressClient(EgressNetwork network, SnapshotHolder snapshots)
    {
        _network = network;
        _snapshots = snapshots;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            // A connection that is kept would skip the next check.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>Asks for an address; returns the answer that is no redirect, whatever its status, when its headers have come.</summary>
    /// <exception cref="EgressRefusedException">The address, or one that it leads to, is not fetched from.</exception>
    /// <exception cref="HttpRequestException">No connection, or one that broke. An <see cref="EgressRefusedException"/> may be inside.</exception>
    internal async Task<HttpResponseMessage> GetAsync(Uri address, string accept, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            Check(address, AllowsPrivate);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            // Some large hosts answer 403 to a client without a name.
            request.Headers.TryAddWithoutValidation("User-Agent", "Parley");
            var answer = await _invoker.SendAsync(request, cancellation);
            if (answer.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return answer;
            using (answer)
            {
                if (redirects == MostRedirects) throw new EgressRefusedException($"it is redirected more than {MostRedirects} times");
                address = TargetOf(answer, address) ?? throw new EgressRefusedException("it is redirected to nowhere");
            }
        }
    }

    public void Dispose() => _invoker.Dispose();

    private bool AllowsPrivate => _snapshots.Current.Config.Media.AllowPrivate;

    private static void Check(Uri address, bool allowsPrivate)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new EgressRefusedException("only http and https addresses are fetched");
        if (address.UserInfo.Length > 0) throw new EgressRefusedException("an address with a user name or password is not fetched");
        if (!allowsPrivate && !address.IsDefaultPort) throw new EgressRefusedException("only the ports 80 (http) and 443 (https) are fetched from");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _network.ResolveAsync(host, cancellation);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        // One that is not public among several is how a name is made to point inwards: such a name is not trusted at all.
        if (!AllowsPrivate && !Array.TrueForAll(addresses, PublicAddress.Is)) throw new EgressRefusedException("its host is not on the public internet");
        return await _network.ConnectAsync(addresses, port, cancellation);
    }

    // By the header's own text: as a Uri, "/path" is a file on this kind of system.
    private static Uri? TargetOf(HttpResponseMessage answer, Uri address) =>
        answer.Headers.NonValidated.TryGetValues("Location", out var values) && Uri.TryCreate(address, values.ToString(), out var target) ? target : null;
}
