using Parley.Dialects.Conversations;

namespace Parley.Dialects.GeminiContent;

/// <summary>One content of the request that is being written, before its parts are.</summary>
internal sealed class GeminiContentDraft(TurnRole role, bool isResults)
{
    /// <summary>User, Assistant (<c>model</c>), or Tool (<c>function</c>, of Google's own older form).</summary>
    internal TurnRole Role => role;

    /// <summary>True when it holds tool results and nothing else.</summary>
    internal bool IsResults => isResults;

    internal List<(Turn Turn, ContentPart Part)> Parts { get; } = [];

    /// <summary>Fields that only Google knows, when the request came from its own dialect.</summary>
    internal List<VendorField>? Vendor { get; set; }

    internal ReadOnlySpan<byte> RoleWord => role switch
    {
        TurnRole.Assistant => "model"u8,
        TurnRole.Tool => "function"u8,
        _ => "user"u8,
    };
}
