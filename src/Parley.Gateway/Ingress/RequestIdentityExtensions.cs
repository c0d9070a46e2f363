using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Reads the request's id back.</summary>
internal static class RequestIdentityExtensions
{
    /// <exception cref="InvalidOperationException">When the request did not come through <c>UseParley</c>.</exception>
    internal static RequestIdentity GetRequestIdentity(this HttpContext context) =>
        context.Features.Get<RequestIdentity>() ?? throw new InvalidOperationException("The request has no id: call app.UseParley() before app.MapParley().");

    /// <inheritdoc cref="GetRequestIdentity"/>
    internal static Ulid GetRequestId(this HttpContext context) => context.GetRequestIdentity().Id;
}
