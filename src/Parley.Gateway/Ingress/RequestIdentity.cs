using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>The request's own id, made when it comes in: every answer carries it, whatever becomes of the request.</summary>
internal sealed class RequestIdentity(Ulid id)
{
    internal Ulid Id { get; } = id;

    /// <summary>The id as headers tell it; made once.</summary>
    internal string Text { get; } = id.ToString();
}
