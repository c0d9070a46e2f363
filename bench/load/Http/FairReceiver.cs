using System.Net.Sockets;

namespace Parley.Load.Http;

/// <summary>
/// Receives from one socket. Completions run on the few threads that poll, so a connection whose next bytes are always there already
/// would keep one of them for itself: after some turns it goes to the end of the queue.
/// </summary>
internal sealed class FairReceiver(Socket socket)
{
    private const int MaxTurns = 8;
    private int _turns;

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        var receiving = socket.ReceiveAsync(buffer, stop);
        if (!receiving.IsCompleted)
            _turns = 0;
        else if (++_turns == MaxTurns)
        {
            _turns = 0;
            await Task.Yield();
        }
        return await receiving;
    }
}
