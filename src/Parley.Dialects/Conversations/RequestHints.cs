using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>What Gemini and Converse say in the path and others in the body.</summary>
/// <param name="Model">The model of the path; none for dialects that have it in the body.</param>
/// <param name="IsStream">True when the path asks for a stream.</param>
public readonly record struct RequestHints(JsonString Model, bool IsStream);
