using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>What Gemini and Converse say in the path and others in the body.</summary>
/// <param name="Model">The model of the path; none for dialects that have it in the body.</param>
/// <param name="IsStream">True when the path asks for a stream.</param>
public readonly record struct RequestHints(JsonString Model, bool IsStream)
{
    /// <summary>True when the operator has a limit for requests without one: then it may be missing where the dialect demands it (Anthropic's).</summary>
    public bool HasDefaultLimit { get; init; }
}
