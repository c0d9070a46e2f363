using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace Parley.Gateway.Mcp;

/// <summary>
/// The calls that are being answered, for <c>notifications/cancelled</c> of the revisions before 2026-07-28. Without sessions a call is known by its key and by
/// the id that its client gave it. Two clients with one key may count alike: where the id is that of two calls, neither is cancelled.
/// </summary>
internal sealed class McpCalls
{
    // A client that counts beyond this, or one call too many, can still close its stream.
    private const int Most = 10_000;
    private const int LongestId = 200;

    private readonly Lock _turn = new();
    private readonly Dictionary<(string KeyId, RequestId Id), List<Call>> _calls = [];
    private int _count;

    /// <summary>Notes a call until what is returned is disposed; its token is cancelled when the client gives the call up.</summary>
    internal Call Begin(string keyId, JsonRpcRequest request)
    {
        var call = new Call(this, (keyId, request.Id));
        // Of initialize the specification says that clients must not.
        if (request.Method == RequestMethods.Initialize || request.Id.Id is string { Length: > LongestId }) return call;
        lock (_turn)
        {
            if (_count == Most) return call;
            _count++;
            if (_calls.TryGetValue(call.Key, out var same)) same.Add(call);
            else _calls.Add(call.Key, [call]);
        }

        return call;
    }

    /// <summary>Cancels the call that the notification names, if it is one and no more. Whatever else it is does nothing, as the specification has it.</summary>
    internal Task CancelAsync(string keyId, JsonRpcNotification notification)
    {
        if (notification.Method != NotificationMethods.CancelledNotification || IdOf((notification.Params as JsonObject)?["requestId"]) is not { } id) return Task.CompletedTask;
        Call call;
        lock (_turn)
        {
            if (!_calls.TryGetValue((keyId, id), out var named) || named is not [var only]) return Task.CompletedTask;
            call = only;
        }

        return call.CancelAsync();
    }

    private static RequestId? IdOf(JsonNode? node) =>
        node is not JsonValue value ? null : value.TryGetValue<string>(out var text) ? new RequestId(text) : value.TryGetValue<long>(out var number) ? new RequestId(number) : null;

    private void End(Call call)
    {
        lock (_turn)
        {
            if (!_calls.TryGetValue(call.Key, out var same) || !same.Remove(call)) return;
            _count--;
            if (same.Count == 0) _calls.Remove(call.Key);
        }
    }

    /// <summary>One call.</summary>
    internal sealed class Call(McpCalls calls, (string KeyId, RequestId Id) key) : IDisposable
    {
        private readonly CancellationTokenSource _given = new();

        internal (string KeyId, RequestId Id) Key { get; } = key;

        /// <summary>Cancelled when the client gives the call up.</summary>
        internal CancellationToken GivenUp => _given.Token;

        public void Dispose()
        {
            calls.End(this);
            _given.Dispose();
        }

        internal async Task CancelAsync()
        {
            try
            {
                await _given.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }
}
