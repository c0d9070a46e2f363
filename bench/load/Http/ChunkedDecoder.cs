namespace Parley.Load.Http;

/// <summary>Takes the chunk framing off a body that arrives in pieces, cut anywhere.</summary>
internal sealed class ChunkedDecoder
{
    private enum State { Size, SizeLine, Data, DataEnd, TrailerStart, TrailerLine, Done }

    private State _state;
    private long _left;
    private int _digits;

    public bool Done => _state == State.Done;

    public void Reset() => (_state, _left, _digits) = (State.Size, 0, 0);

    /// <summary>
    /// Decodes what it can into <paramref name="output"/>, which must be at least as long as <paramref name="input"/>;
    /// returns how many bytes of the input belong to this body.
    /// </summary>
    /// <exception cref="InvalidDataException">The framing is wrong.</exception>
    public int Decode(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        var at = 0;
        written = 0;
        while (at < input.Length && _state != State.Done)
        {
            if (_state == State.Data)
            {
                var take = (int)Math.Min(_left, input.Length - at);
                input.Slice(at, take).CopyTo(output[written..]);
                (at, written, _left) = (at + take, written + take, _left - take);
                if (_left == 0)
                    _state = State.DataEnd;
                continue;
            }
            Step(input[at++]);
        }
        return at;
    }

    private void Step(byte b)
    {
        switch (_state)
        {
            case State.Size when HexValue(b) is >= 0 and var digit:
                if (++_digits > 8)
                    throw new InvalidDataException("chunk size of more than eight digits");
                _left = (_left << 4) | (uint)digit;
                break;
            case State.Size when _digits > 0 && b is (byte)'\r' or (byte)';' or (byte)' ':
                _state = State.SizeLine;
                break;
            case State.SizeLine:
                if (b == '\n')
                    (_state, _digits) = (_left == 0 ? State.TrailerStart : State.Data, 0);
                break;
            case State.DataEnd when b == '\r':
                break;
            case State.DataEnd when b == '\n':
                _state = State.Size;
                break;
            case State.TrailerStart:
                if (b == '\n')
                    _state = State.Done;
                else if (b != '\r')
                    _state = State.TrailerLine;
                break;
            case State.TrailerLine:
                if (b == '\n')
                    _state = State.TrailerStart;
                break;
            default:
                throw new InvalidDataException($"byte {b} where the chunk framing has {_state}");
        }
    }

    private static int HexValue(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
