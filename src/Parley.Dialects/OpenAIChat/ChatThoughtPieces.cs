using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>One thought that is put together from pieces: each is copied once, however many there are.</summary>
internal sealed class ChatThoughtPieces(ReasoningPart part, JsonValue index)
{
    private readonly Gathered _text = new(part.Text);
    private readonly Gathered _signature = new(part.Signature);

    internal ReasoningPart Part => part;

    /// <summary>The <c>index</c> that its pieces have.</summary>
    internal JsonValue Index => index;

    internal void Add(JsonString text, JsonString signature)
    {
        _text.Add(text);
        _signature.Add(signature);
    }

    /// <summary>Gives the part what was gathered.</summary>
    internal void End()
    {
        part.Text = _text.Whole;
        part.Signature = _signature.Whole;
    }

    private sealed class Gathered(JsonString first)
    {
        private ArrayBufferWriter<byte>? _all;
        private JsonString _first = first;

        internal JsonString Whole => _all is null ? _first : new JsonString(_all.WrittenMemory);

        internal void Add(JsonString piece)
        {
            if (!piece.IsPresent) return;
            if (_first.IsEmpty)
            {
                _first = piece; // one piece is most often all there is, and stays a slice of the body
                return;
            }

            if (piece.IsEmpty) return;
            if (_all is null)
            {
                _all = new ArrayBufferWriter<byte>();
                _all.Write(_first.Span);
            }

            _all.Write(piece.Span);
        }
    }
}
