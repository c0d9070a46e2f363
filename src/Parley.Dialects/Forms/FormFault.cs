namespace Parley.Dialects.Forms;

/// <summary>The first thing that is wrong with a form.</summary>
/// <param name="Kind">What; <see cref="FormFaultKind.None"/> when the form is taken.</param>
/// <param name="Offset">Where in the body.</param>
/// <param name="Field">The field that it is about, where it is about one.</param>
public readonly record struct FormFault(FormFaultKind Kind, int Offset = 0, string? Field = null);
