using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Hedging;

/// <summary>
/// The right to touch the caller's response while two attempts may answer one request: whoever has something to pass on takes it before
/// the first header is set, and keeps it; the other may not write a byte.
/// </summary>
internal sealed class AnswerRight
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Attempt? _holder;
    private bool _isAlone;

    /// <summary>Who has taken it; null while nobody has.</summary>
    internal Attempt? Holder => Volatile.Read(ref _holder);

    /// <summary>True while another attempt may answer in place of the one that asks: it runs, or may still be sent.</summary>
    internal bool IsContested => !_settled.Task.IsCompleted;

    /// <summary>Completes when it is taken, or one attempt is left alone.</summary>
    internal Task Settled => _settled.Task;

    /// <summary>Completes when the first attempt has read all that the second one reads too: the conversation is read, and its files fetched, once.</summary>
    internal Task Prepared => _prepared.Task;

    internal void NotePrepared() => _prepared.TrySetResult();

    /// <summary>Takes it; true also when the attempt has it already. False when the other one was quicker.</summary>
    internal bool TryTake(Attempt attempt)
    {
        lock (_lock)
        {
            if (_holder is not null) return ReferenceEquals(_holder, attempt);
            Volatile.Write(ref _holder, attempt);
        }

        _settled.TrySetResult();
        return true;
    }

    /// <summary>Counts a second attempt, unless the answer has begun: then nobody else is to be asked.</summary>
    internal bool TryAddRival(GatewayExchange exchange, out int ordinal)
    {
        lock (_lock)
        {
            ordinal = exchange.Attempts;
            if (_holder is not null || _isAlone) return false;
            // Under the lock: the answer's headers tell how many attempts there were.
            exchange.Attempts++;
            return true;
        }
    }

    /// <summary>No other attempt runs, and none will be sent.</summary>
    internal void LeaveAlone()
    {
        lock (_lock) _isAlone = true;
        _settled.TrySetResult();
    }
}
