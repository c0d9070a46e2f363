namespace Parley.Dialects.Conversations;

/// <summary>
/// A request that its own dialect does not allow: the caller's fault, answered with 400. Thrown by readers and writers of requests
/// only, and caught where the codec is called; the message may be shown to the caller.
/// </summary>
/// <param name="path">The field, as the dialect spells it: <c>messages[1].content</c>.</param>
/// <param name="message">What is wrong and what is expected.</param>
public sealed class DialectException(string path, string message) : Exception(message)
{
    /// <summary>The field that is wrong.</summary>
    public string Path => path;
}
