using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>
/// Validates a JSON body and notes the watched members of its outermost object, sixty-four bytes at a time.
/// </summary>
/// <remarks>
/// <code>
///   64 bytes ─► 1 bitmaps ─► 2 which quotes are real ─► 3 what is inside strings ─► 4 tokens ─► 5 grammar, one token at a time
///                                    │                          │
///                             escapes checked         control characters refused
/// </code>
/// Prose lives inside strings, where steps 4 and 5 have nothing to do: that is why a prompt costs a fraction of what a reader that
/// stops at every escape needs. Tokens are: punctuation, opening quotes, and the first byte of every number or literal. Closing
/// quotes are none: where a value or a name ends follows from the token behind it, by stepping back over white space.
/// </remarks>
internal ref struct EnvelopeScanner
{
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;
    private const int MaxDepth = 64; // what Utf8JsonReader allows by default

    private readonly ReadOnlySpan<byte> _body;
    private ref RequestEnvelope _envelope;

    // Carried from block to block: all ones while inside a string; 1 when the next byte is escaped; 1 when a scalar may go on.
    private ulong _inString;
    private ulong _nextIsEscaped;
    private ulong _scalarBefore;

    private Expect _expect;
    private int _depth;
    private ulong _objects; // one bit per open container, lowest for the innermost: 1 for an object
    private int _name;      // depth 1: where the last name's opening quote stands
    private int _property;  // the watched property whose value is being read, or -1
    private int _value;     // where that value starts
    private JsonTokenType _kind;
    private bool _isObject;
    private EnvelopeFault _fault;
    private EnvelopeFault _duplicate;

    private EnvelopeScanner(ReadOnlySpan<byte> body, ref RequestEnvelope envelope)
    {
        _body = body;
        _envelope = ref envelope;
        _property = -1;
    }

    private enum Expect : byte
    {
        Value,
        ValueOrEndOfArray,
        Name,
        NameOrEndOfObject,
        Colon,
        CommaOrEnd,
        Nothing,
    }

    internal static EnvelopeFault Scan(ReadOnlySpan<byte> body, ref RequestEnvelope envelope)
    {
        var scanner = new EnvelopeScanner(body, ref envelope);
        return scanner.Run();
    }

    private EnvelopeFault Run()
    {
        ref var start = ref MemoryMarshal.GetReference(_body);
        var offset = 0;
        for (; offset + JsonBlock.Size <= _body.Length; offset += JsonBlock.Size)
        {
            if (!Block(ref Unsafe.Add(ref start, offset), offset)) return _fault;
        }

        if (offset < _body.Length)
        {
            Span<byte> rest = stackalloc byte[JsonBlock.Size];
            rest.Fill((byte)' ');
            _body[offset..].CopyTo(rest);
            if (!Block(ref MemoryMarshal.GetReference(rest), offset)) return _fault;
        }

        if (_inString != 0) return new(EnvelopeFaultKind.Malformed, _body.Length, default);
        if (_expect != Expect.Nothing)
        {
            var nothing = _expect == Expect.Value && _depth == 0;
            return new(nothing ? EnvelopeFaultKind.Empty : EnvelopeFaultKind.Malformed, _body.Length, default);
        }

        return _isObject ? _duplicate : new(EnvelopeFaultKind.NotAnObject, 0, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Block(ref byte block, int offset)
    {
        // 1. Bitmaps.
        JsonBlock.Text(ref block, out var quotes, out var backslashes, out var controls);

        // 2. Real quotes are those that no backslash escapes.
        ulong escaped = 0;
        if ((backslashes | _nextIsEscaped) != 0)
        {
            escaped = Escaped(backslashes);
            var unusual = escaped & ~(quotes | backslashes | JsonBlock.Of(ref block, (byte)'n'));
            quotes &= ~escaped;
            if (unusual != 0 && !EscapesAreValid(unusual, offset)) return false;
        }

        // 3. The inside of strings, opening quotes included, closing ones not.
        ulong inside;
        if (quotes == 0)
        {
            inside = _inString;
            if (inside == ulong.MaxValue) return controls == 0 || Malformed(offset + BitOperations.TrailingZeroCount(controls));
        }
        else
        {
            inside = JsonBlock.PrefixXor(quotes) ^ _inString;
            _inString = (ulong)((long)inside >> 63);
        }

        var wrong = (controls & inside) | (backslashes & ~inside);
        if (wrong != 0) return Malformed(offset + BitOperations.TrailingZeroCount(wrong));

        // 4. Tokens.
        JsonBlock.Structure(ref block, out var structurals, out var spaces);
        var scalars = ~(structurals | spaces | quotes | inside);
        var scalarStarts = scalars & ~((scalars << 1) | _scalarBefore);
        _scalarBefore = scalars >> 63;
        var tokens = (structurals & ~inside) | (quotes & inside) | scalarStarts;

        // 5. Grammar.
        for (; tokens != 0; tokens &= tokens - 1)
        {
            var at = offset + BitOperations.TrailingZeroCount(tokens);
            if (!Token(at)) return _fault.Kind != EnvelopeFaultKind.None ? false : Malformed(at);
        }

        return true;
    }

    // The bits behind an odd number of backslashes. Adding the starts of the runs to the even positions carries each run to its
    // end; where it comes out on the wrong parity, the byte behind the run is escaped (simdjson's way of finding them).
    private ulong Escaped(ulong backslashes)
    {
        var potential = backslashes & ~_nextIsEscaped;
        var maybe = (potential << 1) | OddBits;
        var codes = (maybe - potential) ^ OddBits;
        var escaped = codes ^ (backslashes | _nextIsEscaped);
        _nextIsEscaped = (codes & backslashes) >> 63;
        return escaped;
    }

    private bool EscapesAreValid(ulong escaped, int offset)
    {
        for (; escaped != 0; escaped &= escaped - 1)
        {
            var at = offset + BitOperations.TrailingZeroCount(escaped);
            if (at >= _body.Length) return Malformed(_body.Length); // a backslash was the last byte
            switch (_body[at])
            {
                case (byte)'/' or (byte)'b' or (byte)'f' or (byte)'r' or (byte)'t':
                    break;
                case (byte)'u' when at + 4 < _body.Length && IsHex(at + 1) && IsHex(at + 2) && IsHex(at + 3) && IsHex(at + 4):
                    break;
                default:
                    return Malformed(at);
            }
        }

        return true;
    }

    private readonly bool IsHex(int at) => char.IsAsciiHexDigit((char)_body[at]);

    private bool Token(int at)
    {
        switch (_body[at])
        {
            case (byte)'"':
                if (_expect is Expect.Name or Expect.NameOrEndOfObject)
                {
                    if (_depth == 1) _name = at;
                    _expect = Expect.Colon;
                    return true;
                }

                return Value(at, JsonTokenType.String) && AfterValue();

            case (byte)':':
                if (_expect != Expect.Colon) return false;
                if (_depth == 1) Watch(at);
                _expect = Expect.Value;
                return true;

            case (byte)',':
                if (_expect != Expect.CommaOrEnd) return false;
                if (_depth == 1) EndMember(at);
                _expect = (_objects & 1) != 0 ? Expect.Name : Expect.Value;
                return true;

            case (byte)'{':
                if (!Value(at, JsonTokenType.StartObject) || !Open(at)) return false;
                if (_depth == 1)
                {
                    _isObject = true;
                    _envelope.Brace = at;
                }

                _objects |= 1;
                _expect = Expect.NameOrEndOfObject;
                return true;

            case (byte)'[':
                if (!Value(at, JsonTokenType.StartArray) || !Open(at)) return false;
                _expect = Expect.ValueOrEndOfArray;
                return true;

            case (byte)'}':
                if (_depth == 0 || (_objects & 1) == 0 || _expect is not (Expect.CommaOrEnd or Expect.NameOrEndOfObject)) return false;
                if (_depth == 1 && _expect == Expect.CommaOrEnd) EndMember(at);
                return Close();

            case (byte)']':
                if (_depth == 0 || (_objects & 1) != 0 || _expect is not (Expect.CommaOrEnd or Expect.ValueOrEndOfArray)) return false;
                return Close();

            default:
                return JsonScalar.Read(_body[at..], out var kind) != 0 && Value(at, kind) && AfterValue();
        }
    }

    private bool Value(int at, JsonTokenType kind)
    {
        if (_expect is not (Expect.Value or Expect.ValueOrEndOfArray)) return false;
        if (_depth == 1 && _property >= 0)
        {
            _value = at;
            _kind = kind;
        }

        return true;
    }

    private bool AfterValue()
    {
        _expect = _depth == 0 ? Expect.Nothing : Expect.CommaOrEnd;
        return true;
    }

    private bool Open(int at)
    {
        if (_depth == MaxDepth)
        {
            _fault = new(EnvelopeFaultKind.TooDeep, at, default);
            return false;
        }

        _depth++;
        _objects <<= 1;
        return true;
    }

    private bool Close()
    {
        _depth--;
        _objects >>= 1;
        return AfterValue();
    }

    // At the colon of an outermost member: is it a watched one?
    private void Watch(int colon)
    {
        _property = -1;
        if (!_isObject) return;
        _envelope.Members++;
        _property = EnvelopeNames.Find(_body[(_name + 1)..(EndBefore(colon) - 1)]);
        if (_property < 0 || !_envelope.Has((EnvelopeProperty)_property)) return;
        if (_duplicate.IsNone) _duplicate = new(EnvelopeFaultKind.DuplicateProperty, _name, (EnvelopeProperty)_property);
        _property = -1;
    }

    // At the comma or brace behind an outermost member.
    private void EndMember(int at)
    {
        if (_property < 0) return;
        _envelope.Set(_property, _name, _value, EndBefore(at), _kind);
        _property = -1;
    }

    private readonly int EndBefore(int at)
    {
        while (_body[at - 1] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at--;
        return at;
    }

    private bool Malformed(int at)
    {
        _fault = new(EnvelopeFaultKind.Malformed, at, default);
        return false;
    }
}
