namespace Parley.Dialects.Splicing;

internal enum SpliceEditKind : byte
{
    /// <summary>Puts a text in the place of a range.</summary>
    Replace,

    /// <summary>Takes a member out.</summary>
    Remove,

    /// <summary>Adds a member behind the opening brace.</summary>
    Add,
}
