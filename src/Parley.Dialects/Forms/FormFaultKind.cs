namespace Parley.Dialects.Forms;

/// <summary>Why a form is not taken.</summary>
public enum FormFaultKind
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The body does not begin with the boundary that its content type names.</summary>
    NoBoundary,

    /// <summary>What stands in front of a part is not what RFC 7578 asks for: no <c>Content-Disposition: form-data</c> with one name, or odd line ends.</summary>
    BadPart,

    /// <summary>The closing boundary is missing, or something stands behind it.</summary>
    NoEnd,

    /// <summary>More than <see cref="RequestForm.MostParts"/> parts.</summary>
    TooManyParts,

    /// <summary>A field that says where the request goes is given twice.</summary>
    DuplicateField,

    /// <summary>Such a field is a file, or encoded.</summary>
    NotText,
}
