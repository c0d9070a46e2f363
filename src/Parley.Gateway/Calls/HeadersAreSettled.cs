using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Calls;

/// <summary>
/// Marks a request whose answer begins by itself while calls for it still run, on another thread (MCP): headers are no safe place for what they say by then.
/// </summary>
internal sealed class HeadersAreSettled
{
    private static readonly HeadersAreSettled Mark = new();

    /// <summary>Marks it; nothing of a call is written into its headers from now on.</summary>
    internal static void Set(HttpContext context) => context.Features.Set(Mark);

    internal static bool For(HttpContext context) => context.Features.Get<HeadersAreSettled>() is not null;
}
