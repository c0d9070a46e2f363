namespace Parley.Gateway.Resilience.Queueing;

/// <summary>One call that waits for a place.</summary>
internal sealed class WaitingCall(ConcurrencyGate gate, string key, int priority, long since, long step)
{
    private readonly TaskCompletionSource<GateAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whose call it is: keys have their turns one after the other.</summary>
    internal string Key { get; } = key;

    /// <summary>The caller's priority.</summary>
    internal int Priority { get; } = priority;

    /// <summary>Timestamp from which on it waits.</summary>
    internal long Since { get; } = since;

    /// <summary>The priority that it has by now: one more for each step that it has waited, up to the highest.</summary>
    internal int PriorityAt(long now) => (int)Math.Min(ConcurrencyGate.HighestPriority, Priority + ((now - Since) / step));

    /// <summary>Its place among the calls of its key, while it waits; the queue's own.</summary>
    internal LinkedListNode<WaitingCall>? Node { get; set; }

    /// <summary>Completes once, when it is no longer in the queue.</summary>
    internal Task<GateAnswer> Answer => _answer.Task;

    internal void Complete(GateAnswer answer) => _answer.TrySetResult(answer);

    /// <summary>It no longer waits; nothing when it has its place already.</summary>
    internal void GiveUp(GateAnswer answer)
    {
        if (gate.Remove(this)) Complete(answer);
    }
}
