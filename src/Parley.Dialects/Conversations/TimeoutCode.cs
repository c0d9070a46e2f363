using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Words by which Parley and the vendors say that something did not come in time.</summary>
internal static class TimeoutCode
{
    internal static bool Is(JsonString code) =>
        code.Is("upstream_timeout"u8)
        || code.Is("upstream_connect_timeout"u8)
        || code.Is("upstream_first_token_timeout"u8)
        || code.Is("upstream_idle_timeout"u8)
        || code.Is("total_timeout"u8)
        || code.Is("DEADLINE_EXCEEDED"u8)
        || code.Is("modelTimeoutException"u8);
}
