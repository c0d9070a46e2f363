namespace Parley.Gateway.PassThrough.Files;

/// <summary>What the answer of a call to files or batches is, and hence what is done with it on its way.</summary>
internal enum StoredAnswer
{
    /// <summary>One object: read before it is passed on, because the caller may name its id in the next moment.</summary>
    Object,

    /// <summary>A list: what other keys have made is left out.</summary>
    List,

    /// <summary>Anything: passed on as it comes.</summary>
    Bytes,
}
