namespace Parley.Simulator;

/// <summary>What the simulator received, oldest first; the last <see cref="Capacity"/> requests.</summary>
public sealed class SimulatorLog
{
    /// <summary>How many requests are kept.</summary>
    public const int Capacity = 1024;

    private readonly Lock gate = new();
    private readonly Queue<SimulatorRequest> requests = new();
    private long count;
    private long keysInUrls;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many requests came since the start or the last <see cref="Clear"/>, also those no longer kept.</summary>
    public long Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    /// <summary>How many of them brought a credential in their URL, also those no longer kept.</summary>
    public long KeysInUrls
    {
        get
        {
            lock (gate)
                return keysInUrls;
        }
    }

    /// <summary>A copy of what is kept.</summary>
    public IReadOnlyList<SimulatorRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    /// <summary>The newest request.</summary>
    /// <exception cref="InvalidOperationException">None came.</exception>
    public SimulatorRequest Last
    {
        get
        {
            lock (gate)
                return requests.Count > 0 ? requests.Last() : throw new InvalidOperationException("The simulator has received no request.");
        }
    }

    /// <summary>Waits until at least <paramref name="total"/> requests came, and returns the newest.</summary>
    public async Task<SimulatorRequest> WaitForCountAsync(long total, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (count >= total && requests.Count > 0)
                    return requests.Last();
                wait = changed.Task;
            }
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the client of the newest request (of the next one, when there is none yet) has left before the end of its answer.</summary>
    public async Task<SimulatorRequest> WaitForAbortAsync(CancellationToken cancellationToken)
    {
        var request = await WaitForCountAsync(1, cancellationToken).ConfigureAwait(false);
        await request.Aborted.WaitAsync(cancellationToken).ConfigureAwait(false);
        return request;
    }

    /// <summary>Forgets what came so far.</summary>
    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
            count = 0;
            keysInUrls = 0;
        }
    }

    internal void Add(SimulatorRequest request)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            if (requests.Count == Capacity)
                requests.Dequeue();
            requests.Enqueue(request);
            count++;
            keysInUrls += request.KeyInUrl ? 1 : 0;
            signal = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        signal.TrySetResult();
    }
}
