using Microsoft.AspNetCore.Http;
using Parley.Gateway.Access;

namespace Parley.Gateway.Calls;

/// <summary>On whose behalf Parley calls a model: the caller's request that is being answered.</summary>
/// <param name="Http">The caller's request: its trace, its affinity cookie, its aborting are those of the call.</param>
/// <param name="Caller">Whose grants and whose ledger.</param>
internal sealed record CallOrigin(HttpContext Http, Caller Caller)
{
    /// <summary>The holder of the key that the request presented.</summary>
    internal static CallOrigin Of(HttpContext context) => new(context, context.GetCaller());
}
