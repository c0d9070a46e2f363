using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>A content block of a stream that is open. An opaque one gathers its events, up to a megabyte.</summary>
internal sealed class ConverseStreamBlock(long index, ReplyPartKind kind) : IDisposable
{
    private const int Most = 1024 * 1024;

    private PooledBuffer? _deltas;

    internal long Index => index;

    internal ReplyPartKind Kind => kind;

    internal int Part { get; set; }

    /// <summary>What an opaque block calls itself: <c>toolResult</c>, <c>image</c>.</summary>
    internal JsonString Type { get; private set; }

    /// <summary>Keeps the start of an opaque block, then each of its deltas. What is past the bound is dropped.</summary>
    internal void Keep(JsonValue value)
    {
        if (_deltas is null)
        {
            _deltas = new PooledBuffer(1024);
            foreach (var member in value.Members)
            {
                Type = new JsonString(member.Name.Raw.ToArray());
                break;
            }

            _deltas.Append("{\"start\":"u8);
            _deltas.Append(value.Span);
            _deltas.Append(",\"deltas\":["u8);
            return;
        }

        if (_deltas.Length + value.Raw.Length > Most) return;
        if (_deltas.Span[^1] != (byte)'[') _deltas.Append(","u8);
        _deltas.Append(value.Span);
    }

    /// <summary>All of it, as <c>{"start": …, "deltas": [ … ]}</c>.</summary>
    internal JsonValue Whole()
    {
        _deltas!.Append("]}"u8);
        return new JsonValue(_deltas.Memory);
    }

    /// <inheritdoc/>
    public void Dispose() => _deltas?.Dispose();
}
