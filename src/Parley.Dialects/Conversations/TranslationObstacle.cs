namespace Parley.Dialects.Conversations;

/// <summary>Something of a request without which a translation would be wrong, not merely poorer.</summary>
/// <param name="Path">The field, as the origin spells it: <c>previous_response_id</c>.</param>
/// <param name="Message">Why it cannot be translated; may be shown to the caller.</param>
public sealed record TranslationObstacle(string Path, string Message)
{
    /// <summary>The origin vendor's own code for an obstacle that its clients know a way around; null for all others.</summary>
    public string? Code { get; init; }
}
