using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>How a choice of a whole answer ended.</summary>
/// <param name="Choice">Which, from 0.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="RawFinish">The provider's word for it.</param>
/// <param name="StopSequence">The stop sequence that was met.</param>
public sealed record FoldedChoice(int Choice, FinishReason Finish, JsonString RawFinish, JsonString StopSequence);
