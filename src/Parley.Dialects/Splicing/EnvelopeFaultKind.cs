namespace Parley.Dialects.Splicing;

/// <summary>Why a body is not a request.</summary>
public enum EnvelopeFaultKind
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>No bytes, or only white space.</summary>
    Empty,

    /// <summary>Not JSON.</summary>
    Malformed,

    /// <summary>JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>A watched property occurs twice at the top level: which one counts would be anyone's guess, so it is refused.</summary>
    DuplicateProperty,

    /// <summary>Nested more than 64 deep.</summary>
    TooDeep,
}
