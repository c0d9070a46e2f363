namespace Parley.Dialects.Conversations;

/// <summary>Something of a request or answer that the other dialect cannot express.</summary>
/// <param name="Path">Where it stood, as the origin spells it: <c>messages[2].content[0].input_audio</c>.</param>
/// <param name="Reason">Why it could not be carried, in a few words.</param>
/// <param name="Label">The path without indexes and without names that callers make up: bounded, fit for a metric's label.</param>
public sealed record TranslationLoss(string Path, string Reason, string Label)
{
    /// <summary>The reason of a setting that the target's model itself would answer 400 to, though its dialect has a word for it.</summary>
    public const string ModelRefuses = "the model refuses it";

    /// <summary>True when the model refuses it (<c>onUnsupported</c>), false when the dialect cannot say it (<c>onLoss</c>).</summary>
    public bool IsRefusedByModel => Reason.StartsWith("the model refuses ", StringComparison.Ordinal);
}
