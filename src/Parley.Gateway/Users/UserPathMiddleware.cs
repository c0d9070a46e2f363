using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Gateway.Users;

/// <summary>
/// Leads <c>PUT</c> and <c>DELETE /api/users/{username}</c> to their endpoint whatever the name is: the path that routing sees has had its dot
/// segments resolved, and with them users called <c>..</c>. The endpoint reads the name from the target itself (<see cref="UserName.Read"/>).
/// </summary>
internal sealed class UserPathMiddleware(RequestDelegate next)
{
    private static readonly PathString OneUser = new(UserName.PathPrefix + "_");

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if ((HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method))
            && UserName.TryFind(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "", out var name) && !name.IsEmpty)
            request.Path = OneUser;
        return next(context);
    }
}
