namespace Parley.Simulator;

/// <summary>What was made and not deleted, in the order in which it was made; when it is full, the oldest goes.</summary>
internal sealed class BoundedStore<T>(int capacity)
    where T : class
{
    private readonly Lock gate = new();
    private readonly LinkedList<(string Id, T Value)> order = [];
    private readonly Dictionary<string, LinkedListNode<(string Id, T Value)>> byId = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (gate)
                return order.Count;
        }
    }

    /// <summary>A copy, oldest first.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
                return [.. order.Select(entry => entry.Value)];
        }
    }

    /// <summary>Adds it as the newest; what had this id before is replaced.</summary>
    public T Add(string id, T value)
    {
        lock (gate)
        {
            if (byId.Remove(id, out var before))
                order.Remove(before);
            byId[id] = order.AddLast((id, value));
            while (order.Count > capacity)
            {
                byId.Remove(order.First!.Value.Id);
                order.RemoveFirst();
            }
        }
        return value;
    }

    public T? Find(string? id)
    {
        lock (gate)
            return id is not null && byId.TryGetValue(id, out var node) ? node.Value.Value : null;
    }

    public bool Remove(string id)
    {
        lock (gate)
        {
            if (!byId.Remove(id, out var node))
                return false;
            order.Remove(node);
            return true;
        }
    }
}
