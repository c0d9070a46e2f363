namespace Parley.Simulator;

/// <summary>
/// Faults that strike requests in the order of their arrival, whatever they ask for. A request that names a fault itself (model or header)
/// gets that one and uses up none of the plan. Safe to change while requests run.
/// <code>
/// host.Faults.Next(2, "503");          // the next two requests fail,
/// host.Faults.Next(1, "none");         // the third is answered,
/// host.Faults.Always("cut-connection", "3");   // and all after it are cut after three events
/// </code>
/// </summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private readonly Queue<FaultChoice> next = new();
    private readonly List<(string Method, string[] Path, FaultChoice Choice)> places = [];
    private FaultChoice? always;

    /// <summary>The next <paramref name="count"/> requests answer with this fault; calls add up, in order.</summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public void Next(int count, string fault, string? argument = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var choice = new FaultChoice(SimulatorFault.Get(fault), argument);
        lock (gate)
        {
            for (var i = 0; i < count; i++)
                next.Enqueue(choice);
        }
    }

    /// <summary>Every request after those of <see cref="Next"/> answers with this fault, until <see cref="Clear"/>.</summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public void Always(string fault, string? argument = null)
    {
        var choice = new FaultChoice(SimulatorFault.Get(fault), argument);
        lock (gate)
            always = choice;
    }

    /// <summary>
    /// Every request of this method whose path ends so answers with this fault, until <see cref="Clear"/>, and uses up nothing of <see cref="Next"/>:
    /// for one call of a sequence. <c>*</c> stands for one segment: <c>At("POST", "threads/*/messages", "500")</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public void At(string method, string pathEnd, string fault, string? argument = null)
    {
        var choice = new FaultChoice(SimulatorFault.Get(fault), argument);
        lock (gate)
            places.Add((method, pathEnd.Split('/', StringSplitOptions.RemoveEmptyEntries), choice));
    }

    /// <summary>Back to plain answers.</summary>
    public void Clear()
    {
        lock (gate)
        {
            next.Clear();
            places.Clear();
            always = null;
        }
    }

    internal FaultChoice? Take(string method, string path)
    {
        lock (gate)
        {
            if (places.Count > 0 && places.Find(place => place.Method == method && EndsIn(path, place.Path)) is { Choice: { } there })
                return there;
            return next.TryDequeue(out var choice) ? choice : always;
        }
    }

    private static bool EndsIn(string path, string[] end)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length >= end.Length && segments[^end.Length..].Zip(end).All(pair => pair.Second == "*" || pair.First == pair.Second);
    }
}
