namespace Parley.Fuzz;

/// <summary>Ends the process, with the input in hand, when one input takes too long.</summary>
internal sealed class HangWatch : IDisposable
{
    private readonly Timer _timer;
    private readonly TimeSpan _most;
    private string _target = "";
    private byte[] _input = [];

    internal HangWatch(TimeSpan most)
    {
        _most = most;
        _timer = new Timer(_ => Stop());
    }

    internal void Begin(string target, byte[] input)
    {
        (_target, _input) = (target, input);
        _timer.Change(_most, Timeout.InfiniteTimeSpan);
    }

    internal void End() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private void Stop()
    {
        Console.Error.WriteLine($"{_target} hangs\ninput (base64): {Convert.ToBase64String(_input)}");
        Environment.Exit(3);
    }
}
