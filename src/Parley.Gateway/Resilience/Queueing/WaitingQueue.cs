namespace Parley.Gateway.Resilience.Queueing;

/// <summary>
/// Calls that wait, and whose turn it is: the highest priority first, inside it one key after the other, inside a key first come first
/// served. Not safe for several threads: its gate holds a lock.
/// <code>
/// ring of keys      a: 1 4 5   b: 2   c: 3        served: 1 (a), 2 (b), 3 (c), 4 (a), 5 (a)
///                   └ whose turn was longest ago
/// </code>
/// </summary>
internal sealed class WaitingQueue
{
    private readonly LinkedList<LinkedList<WaitingCall>> _ring = new();
    private readonly Dictionary<(string Key, int Priority), LinkedListNode<LinkedList<WaitingCall>>> _lines = [];

    internal int Count { get; private set; }

    internal void Add(WaitingCall call)
    {
        if (!_lines.TryGetValue((call.Key, call.Priority), out var line))
            _lines.Add((call.Key, call.Priority), line = _ring.AddLast(new LinkedList<WaitingCall>()));
        call.Node = line.Value.AddLast(call);
        Count++;
    }

    /// <summary>False when it no longer waits.</summary>
    internal bool Remove(WaitingCall call)
    {
        if (call.Node is not { List: { } line } node) return false;
        line.Remove(node);
        call.Node = null;
        Count--;
        if (line.Count != 0) return true;
        _lines.Remove((call.Key, call.Priority), out var place);
        _ring.Remove(place!);
        return true;
    }

    /// <summary>Takes out the call whose turn it is; there has to be one. Looks at the oldest call of each key that waits.</summary>
    internal WaitingCall Take(long now)
    {
        LinkedListNode<LinkedList<WaitingCall>>? chosen = null;
        var highest = int.MinValue;
        for (var line = _ring.First; line is not null && highest < ConcurrencyGate.HighestPriority; line = line.Next)
        {
            var priority = line.Value.First!.Value.PriorityAt(now);
            if (priority > highest) (chosen, highest) = (line, priority);
        }

        var call = chosen!.Value.First!.Value;
        Remove(call);
        if (chosen.List is null) return call;
        _ring.Remove(chosen);
        _ring.AddLast(chosen);
        return call;
    }
}
