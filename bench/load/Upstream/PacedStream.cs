using System.Net.Sockets;

namespace Parley.Load.Upstream;

/// <summary>One streamed answer on its way. Each send is a few hundred bytes, so it fits the socket's buffer and never waits.</summary>
internal sealed class PacedStream
{
    private readonly TaskCompletionSource<bool> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _socket;
    private readonly UpstreamAnswers _answers;
    private readonly int _events;
    private readonly bool _withUsage;
    private int _sent;

    public PacedStream(Socket socket, UpstreamAnswers answers, int events, bool withUsage)
    {
        (_socket, _answers, _events, _withUsage) = (socket, answers, events, withUsage);
        _socket.SendTimeout = 2000; // a row that reads nothing for so long has failed; the run must not hang on it
    }

    /// <summary>True when all was sent, false when the other side went away.</summary>
    public Task<bool> Finished => _finished.Task;

    public bool SendFirst()
    {
        Span<byte> bytes = stackalloc byte[_answers.StreamHead.Length + _answers.EventFrame.Length];
        _answers.StreamHead.CopyTo(bytes);
        _answers.EventFrame.CopyTo(bytes[_answers.StreamHead.Length..]);
        ChatAnswers.Stamp(bytes.Slice(_answers.StreamHead.Length + _answers.StampOffset, 16));
        _sent = 1;
        return TrySend(bytes);
    }

    /// <summary>Sends the next event, or the end after the last one.</summary>
    /// <returns>False when nothing is to follow.</returns>
    public bool SendNext()
    {
        if (_sent == _events)
        {
            _finished.SetResult(TrySend(_withUsage ? _answers.EndWithUsage : _answers.End));
            return false;
        }
        Span<byte> bytes = stackalloc byte[_answers.EventFrame.Length];
        _answers.EventFrame.CopyTo(bytes);
        ChatAnswers.Stamp(bytes.Slice(_answers.StampOffset, 16));
        _sent++;
        if (TrySend(bytes))
            return true;
        _finished.SetResult(false);
        return false;
    }

    public void Abandon() => _finished.TrySetResult(false);

    private bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _socket.Send(bytes, SocketFlags.None, out var error) == bytes.Length && error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
