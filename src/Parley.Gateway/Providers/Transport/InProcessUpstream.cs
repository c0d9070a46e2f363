namespace Parley.Gateway.Providers.Transport;

/// <summary>A server inside this process that a provider of type <c>simulator</c> is connected to, without a port.</summary>
public abstract class InProcessUpstream
{
    /// <summary>Opens one duplex connection that speaks HTTP/1.1.</summary>
    public abstract ValueTask<Stream> ConnectAsync(CancellationToken cancellation);
}
