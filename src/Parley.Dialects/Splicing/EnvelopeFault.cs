namespace Parley.Dialects.Splicing;

/// <summary>What is wrong with a body.</summary>
/// <param name="Kind">The kind; <see cref="EnvelopeFaultKind.None"/> when nothing is.</param>
/// <param name="Offset">The byte at which it was noticed: at the fault or shortly behind it.</param>
/// <param name="Property">The property that occurs twice; only for <see cref="EnvelopeFaultKind.DuplicateProperty"/>.</param>
public readonly record struct EnvelopeFault(EnvelopeFaultKind Kind, int Offset, EnvelopeProperty Property)
{
    /// <summary>True when the body is a request.</summary>
    public bool IsNone => Kind == EnvelopeFaultKind.None;
}
