namespace Parley.Simulator;

/// <summary>One request as the simulator received it, and what became of it.</summary>
public sealed class SimulatorRequest
{
    private readonly TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool ours;

    internal SimulatorRequest(string method, string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body, bool bodyTruncated,
        bool keyInUrl)
    {
        Method = method;
        PathAndQuery = pathAndQuery;
        Headers = headers;
        Body = body;
        BodyTruncated = bodyTruncated;
        KeyInUrl = keyInUrl;
    }

    public string Method { get; }

    /// <summary>The target as it was sent, still escaped: <c>/v1/chat/completions</c>, <c>/openai/models?api-version=…</c>.</summary>
    public string PathAndQuery { get; }

    /// <summary>Every header in the order of arrival; one entry per value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The body's first mebibyte.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether the body was longer than what <see cref="Body"/> keeps.</summary>
    public bool BodyTruncated { get; }

    /// <summary>Whether a credential came as <c>?key=…</c>: Google takes it there, where every log and proxy on the way keeps it.</summary>
    public bool KeyInUrl { get; }

    /// <summary>Whether the client closed or reset the connection before it had the whole answer.</summary>
    public bool ClientAborted => aborted.Task.IsCompleted;

    /// <summary>Ends when the client has left early; never, if it stays to the end.</summary>
    public Task Aborted => aborted.Task;

    /// <summary>Ends when the simulator is done with the request, in whatever way.</summary>
    public Task Finished => finished.Task;

    /// <summary>The header's value; several joined with a comma; null when it was not sent.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    // What the simulator itself breaks off looks like an abort of the client's from inside; it is none.
    internal void MarkOurs() => ours = true;

    internal void MarkAborted()
    {
        if (!ours)
            aborted.TrySetResult();
    }

    internal void MarkFinished() => finished.TrySetResult();
}
