namespace Parley.Gateway.Users;

/// <summary>
/// Users that are being created right now. When one call has made a name, the others that wait with the same name need no hash any more: they ask
/// the store whether it is still there, and the queue is free for others. As many entries as there are such calls.
/// </summary>
internal sealed class CreationsInFlight
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Creation> _byName = new(StringComparer.Ordinal);

    public Creation Enter(string name)
    {
        lock (_lock)
        {
            if (!_byName.TryGetValue(name, out var creation)) _byName.Add(name, creation = new Creation(this, name));
            creation.Calls++;
            return creation;
        }
    }

    private void Leave(Creation creation)
    {
        lock (_lock)
        {
            if (--creation.Calls == 0) _byName.Remove(creation.Name);
        }
    }

    /// <summary>One name, shared by the calls that create it; each disposes it once.</summary>
    internal sealed class Creation(CreationsInFlight owner, string name) : IDisposable
    {
        private int _timesMade;

        public string Name => name;

        /// <summary>Guarded by the owner's lock.</summary>
        public int Calls { get; set; }

        /// <summary>How many of the calls have made the user; more than one when it was deleted in between.</summary>
        public int TimesMade => Volatile.Read(ref _timesMade);

        public void NoteMade() => Interlocked.Increment(ref _timesMade);

        public void Dispose() => owner.Leave(this);
    }
}
