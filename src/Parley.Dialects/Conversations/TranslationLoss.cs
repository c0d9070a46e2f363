namespace Parley.Dialects.Conversations;

/// <summary>Something of a request or answer that the other dialect cannot express.</summary>
/// <param name="Path">Where it stood, as the origin spells it: <c>messages[2].content[0].input_audio</c>.</param>
/// <param name="Reason">Why it could not be carried, in a few words.</param>
/// <param name="Label">The path without indexes and without names that callers make up: bounded, fit for a metric's label.</param>
public sealed record TranslationLoss(string Path, string Reason, string Label);
