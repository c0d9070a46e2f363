using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Calls;

/// <summary>How many calls a request has made: each is a request of its own to the ledger, whose records are told apart by their ids.</summary>
internal sealed class CallCount
{
    private int _calls;

    /// <summary>The id of the request's next call: its own for the first, so that <c>x-request-id</c> leads to the record; a new one for each further.</summary>
    /// <param name="context">The caller's request.</param>
    /// <param name="time">Clock of new ids.</param>
    /// <param name="isFirst">True when the call may go by the names that the caller gave the request.</param>
    internal static RequestIdentity NextIdentity(HttpContext context, TimeProvider time, out bool isFirst)
    {
        var count = context.Features.Get<CallCount>();
        if (count is null) context.Features.Set(count = new CallCount());
        isFirst = Interlocked.Increment(ref count._calls) == 1;
        return isFirst ? context.GetRequestIdentity() : new RequestIdentity(Ulid.New(time.GetUtcNow()));
    }
}
