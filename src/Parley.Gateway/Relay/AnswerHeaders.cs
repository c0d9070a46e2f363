using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Relay;

/// <summary>
/// Which headers of a provider's answer travel down (contracts §6): rate limits and what helps to find a call in the vendor's
/// support; never cookies, hop-by-hop headers, or what names the operator's account (<c>openai-organization</c>).
/// </summary>
internal static class AnswerHeaders
{
    private const string Spillover = "x-ms-spillover-";

    internal const string UpstreamRequestId = "x-parley-upstream-request-id";

    private static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Retry-After", "retry-after-ms", "openai-processing-ms", "openai-version", "openai-model", "apim-request-id",
        "azureml-model-session", "azureml-model-group", "x-ms-region", "x-ms-deployment-name", "x-ms-rai-invoked", "x-ms-client-request-id",
        "x-should-retry");

    internal static void CopyFrom(UpstreamReply reply, IHeaderDictionary headers)
    {
        foreach (var header in reply.Headers)
        {
            var name = header.Key;
            if (Allowed.Contains(name) || IsRateLimit(name) || name.StartsWith(Spillover, StringComparison.OrdinalIgnoreCase)) headers[name] = header.Value.ToString();
        }

        if (RequestIdOf(reply) is { } id) headers[UpstreamRequestId] = id;
    }

    /// <summary>The provider's own id of the call: OpenAI's <c>x-request-id</c>, Anthropic's <c>request-id</c>, AWS's <c>x-amzn-RequestId</c>, else Azure's <c>apim-request-id</c>.</summary>
    internal static string? RequestIdOf(UpstreamReply reply) =>
        reply.Header("x-request-id") ?? reply.Header("request-id") ?? reply.Header("x-amzn-RequestId") ?? reply.Header("apim-request-id");

    /// <summary>
    /// The deployment that answered in place of the one that was called, because that one was full; null when it answered itself. Azure names
    /// where the call came from in <c>x-ms-spillover-from-deployment</c>, older ones in <c>x-ms-spillover-from-NAME</c> (wire/azure.md §2.4).
    /// </summary>
    internal static string? SpilledTo(UpstreamReply reply)
    {
        if (reply.Header("x-ms-deployment-name") is not { Length: > 0 } answered) return null;
        foreach (var header in reply.Headers)
        {
            if (header.Key.StartsWith(Spillover + "from-", StringComparison.OrdinalIgnoreCase)) return answered;
        }

        return null;
    }

    private static bool IsRateLimit(string name) =>
        name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase);
}
