using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Access;

/// <summary>
/// The door. Runs after routing and CORS and before every endpoint, and refuses what nothing allows:
/// 1. a preflight is answered here, without running an endpoint;
/// 2. an endpoint that needs no key passes;
/// 3. without a valid key: 401 on every path, known or not;
/// 4. no endpoint: 404; another method: 405;
/// 5. an endpoint that names no role is refused (it is a defect of ours); so is a caller without the role.
/// </summary>
internal sealed partial class AccessMiddleware(
    RequestDelegate next,
    KeyAuthenticator authenticator,
    Func<HttpContext, GatewayError, Task> writeError,
    Func<AccessConfig> access,
    ILogger<AccessMiddleware> logger)
{
    // The names that routing gives the endpoints it makes itself (HttpMethodMatcherPolicy, AcceptsMatcherPolicy); they have no metadata.
    private const string WrongMethod = "405 HTTP Method Not Supported";
    private const string WrongMediaType = "415 HTTP Unsupported Media Type";

    /// <summary>Called once per request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (IsPreflight(context.Request))
        {
            // The CORS middleware has answered allowed origins already. The browser takes the missing headers as a no.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var endpoint = context.GetEndpoint();
        if (IsAnonymous(endpoint)) return next(context);

        var decision = AccessDecision.For(context.Request, authenticator);
        if (decision.Caller is not { } caller) return RefuseAsync(context, decision.Error!);
        context.Features.Set(caller);

        if (endpoint is null) return writeError(context, new GatewayError(GatewayErrorKind.NotFound, "There is nothing at this path."));
        if (endpoint.DisplayName is WrongMethod or WrongMediaType && endpoint.Metadata.Count == 0) return RefuseRoutedAsync(context, endpoint);
        if (endpoint.Metadata.GetMetadata<RequiresRoleAttribute>() is not { } required)
        {
            LogUnguarded(endpoint.DisplayName);
            return writeError(context, new GatewayError(GatewayErrorKind.Forbidden, "This path is closed."));
        }

        if (required.Admits(caller)) return next(context);
        var needed = required.Roles[0] == KeyRole.Admin ? "an admin key" : $"a key with the role {string.Join(" or ", required.Roles.Select(KeyRoleName.Of))}";
        return writeError(context, new GatewayError(GatewayErrorKind.Forbidden, $"This call needs {needed}.") { Code = "role_missing" });
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0
        && request.Headers.AccessControlRequestMethod.Count > 0;

    private bool IsAnonymous(Endpoint? endpoint)
    {
        if (endpoint?.Metadata.GetMetadata<AnonymousAccess>() is not { } anonymous) return false;
        return anonymous.OnlyWhenListed is not { } path || access().Anonymous.Contains(path, StringComparer.OrdinalIgnoreCase);
    }

    private Task RefuseAsync(HttpContext context, GatewayError error)
    {
        if (error.Kind == GatewayErrorKind.Unauthenticated) context.Response.Headers.WWWAuthenticate = "Bearer";
        return writeError(context, error);
    }

    // Routing's endpoint sets the status and Allow, no body; the body is ours.
    private async Task RefuseRoutedAsync(HttpContext context, Endpoint endpoint)
    {
        await endpoint.RequestDelegate!(context).ConfigureAwait(false);
        var error = endpoint.DisplayName == WrongMethod
            ? new GatewayError(GatewayErrorKind.MethodNotAllowed, $"{context.Request.Method} is not possible here; possible: {context.Response.Headers.Allow}.")
            : new GatewayError(GatewayErrorKind.UnsupportedMediaType, "The body's Content-Type is not one that this path reads.");
        await writeError(context, error).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Error, "The endpoint {Endpoint} names neither a role nor anonymous access and is closed")]
    private partial void LogUnguarded(string? endpoint);
}
