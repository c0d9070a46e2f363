namespace Parley.Gateway.Tests.Resilience.Breakers;

/// <summary>Real threads that begin together.</summary>
internal static class Threads
{
    internal static void Run(int count, Action<int> body)
    {
        using var start = new Barrier(count);
        Exception? failed = null;
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                body(index);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failed, exception, null);
            }
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        if (failed is not null) throw failed;
    }
}
