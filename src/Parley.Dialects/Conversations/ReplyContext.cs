using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>What a reply writer knows beside the events.</summary>
/// <param name="Request">The request that is answered, as it was read: Responses answers repeat much of it.</param>
/// <param name="Model">The model as the caller asked for it: a translated answer names that one.</param>
/// <param name="Id">Makes ids unique: letters and digits, of the request.</param>
/// <param name="Created">The time of the answer in Unix seconds.</param>
/// <param name="Losses">Where to report what the dialect cannot express.</param>
public sealed record ReplyContext(Conversation Request, JsonString Model, string Id, long Created, LossReport Losses)
{
    /// <summary>True when a stream of chat chunks is to end with usage.</summary>
    public bool WantsUsage => !Request.IsStream || Request.WantsStreamUsage;

    /// <summary>Tells when an answer was complete, for dialects that say so; null where nobody can tell.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>True when a Gemini stream is to be one JSON array (no <c>alt=sse</c>).</summary>
    public bool IsJsonArray { get; init; }
}
