namespace Parley.Simulator;

/// <summary>The Responses that were stored (<c>store</c> is true unless the request says otherwise); the oldest goes when it is full.</summary>
internal sealed class ResponseStore(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredResponse> byId = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    public void Add(string id, StoredResponse response)
    {
        lock (gate)
        {
            // The same request again has the same id: it takes its old place.
            if (!byId.TryAdd(id, response))
            {
                byId[id] = response;
                return;
            }
            order.Enqueue(id);
            while (order.Count > capacity)
                byId.Remove(order.Dequeue());
        }
    }

    public StoredResponse? Find(string id)
    {
        lock (gate)
            return byId.GetValueOrDefault(id);
    }

    public bool Remove(string id)
    {
        lock (gate)
            return byId.Remove(id);
    }
}
