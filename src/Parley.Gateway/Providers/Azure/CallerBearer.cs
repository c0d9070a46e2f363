using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Providers.Azure;

/// <summary>The bearer token that a caller brought for the provider, beside its Parley key.</summary>
internal sealed class CallerBearer
{
    private readonly string _header;

    private CallerBearer(string header) => _header = header;

    /// <summary>Set by the access check when the <c>Authorization</c> header holds a value that is no key of ours and another header held one.</summary>
    internal static void Set(HttpContext context, string header) => context.Features.Set(new CallerBearer(header));

    internal static string? Find(HttpContext context) => context.Features.Get<CallerBearer>()?._header;
}
