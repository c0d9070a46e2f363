using System.Globalization;
using System.Text;

namespace Parley.Dialects.Tests.Splicing;

/// <summary>Random JSON documents around the shapes a request has, and random damage to them. The same seed makes the same documents.</summary>
internal sealed class JsonGenerator(int seed)
{
    private static readonly string[] Names =
    [
        "model", "stream", "stream_options", "deployment", "endpoint", "max_tokens", "max_completion_tokens", "max_output_tokens", "temperature",
        "n", "user", "prompt_cache_key", "previous_response_id", "service_tier", "store", "background", "messages", "tools", "Model", "mode", "",
    ];

    private static readonly string[] Scalars =
    [
        "0", "-0", "1", "-12", "3.25", "1e5", "1E+05", "-0.1e-7", "123456789012345678901234567890", "true", "false", "null",
    ];

    private static readonly string[] WrongScalars =
    [
        "01", "1.", ".5", "+1", "1e", "1e+", "--1", "truex", "True", "nul", "NaN", "-", "1x", "0x10", "tru", "1 2", "'a'", "/**/1", "1/**/",
    ];

    private static readonly string[] Texts =
    [
        "a", "hello world, this is prose ", "\\\"", "\\n", "\\\\", "\\/", "\\u0041", "\\uD83D\\uDE00", "\\ud800", "ü", "😀", "{[:,]}", "\\t", "\u007f",
        "\\\\\\\"", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    private static readonly string[] WrongTexts = ["\n", "\0", "\\x", "\\u12", "\\u12g4", "\\U0041", "\t", "\\"];

    private static readonly string[] Damage = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\n", " ", "\0", "1", "-", "e", "t", "\u00e9", "\\\"", "//"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private bool _isWild;

    internal byte[] Next()
    {
        _text.Clear();
        var kind = _random.Next(100);
        if (kind < 3) return Noise();
        _isWild = kind < 12;
        Space();
        if (kind < 16) Value(0);
        else if (kind < 18) Deep();
        else Object(0);
        Space();
        var body = Encoding.UTF8.GetBytes(_text.ToString());
        if (kind is >= 18 and < 25) body = AtBlockEdge(body);
        for (var damages = kind < 60 ? 0 : _random.Next(1, 4); damages > 0; damages--) body = Broken(body);
        return body;
    }

    private byte[] Noise()
    {
        var noise = new byte[_random.Next(0, 200)];
        _random.NextBytes(noise);
        return noise;
    }

    // Lengths around a multiple of 64, where the scan's last block begins and ends.
    private byte[] AtBlockEdge(byte[] body)
    {
        var length = Math.Max(body.Length, (((body.Length / 64) + 1) * 64) + _random.Next(-2, 3));
        var padded = new byte[length];
        Array.Fill(padded, (byte)' ');
        body.CopyTo(padded, _random.Next(2) * (length - body.Length));
        return padded;
    }

    private byte[] Broken(byte[] body)
    {
        if (body.Length == 0) return body;
        var at = _random.Next(body.Length);
        switch (_random.Next(6))
        {
            case 0: return body[..at];
            case 1: return [.. body[..at], .. body[(at + 1)..]];
            case 2: return [.. body[..at], .. Encoding.UTF8.GetBytes(Pick(Damage)), .. body[at..]];
            case 3:
                var changed = (byte[])body.Clone();
                changed[at] = (byte)_random.Next(256);
                return changed;
            case 4: return [.. body, .. Encoding.UTF8.GetBytes(Pick(Damage))];
            default:
                var to = _random.Next(at, Math.Min(body.Length, at + 20));
                return [.. body[..at], .. body[to..]];
        }
    }

    private void Deep()
    {
        var depth = _random.Next(60, 70);
        var isArray = new bool[depth];
        for (var i = 0; i < depth; i++)
        {
            isArray[i] = i > 0 && _random.Next(2) == 0;
            _text.Append(isArray[i] ? "[" : i == depth - 1 ? "{" : "{\"a\":");
        }

        for (var i = depth - 1; i >= 0; i--) _text.Append(isArray[i] ? ']' : '}');
    }

    private void Value(int depth)
    {
        switch (_random.Next(depth > 4 ? 4 : 6))
        {
            case 0 or 1: _text.Append(_isWild && _random.Next(12) == 0 ? Pick(WrongScalars) : Pick(Scalars)); break;
            case 2: String(); break;
            case 3: _text.Append(_random.NextInt64(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture)); break;
            case 4: Object(depth); break;
            default:
                _text.Append('[');
                for (var (i, count) = (0, _random.Next(4)); i < count; i++)
                {
                    if (i > 0) _text.Append(',');
                    Space();
                    Value(depth + 1);
                    Space();
                }

                _text.Append(_isWild && _random.Next(30) == 0 ? ",]" : "]");
                break;
        }
    }

    private void Object(int depth)
    {
        _text.Append('{');
        Space();
        for (var (i, count) = (0, _random.Next(6)); i < count; i++)
        {
            if (i > 0) _text.Append(',');
            Space();
            Name();
            Space();
            _text.Append(':');
            Space();
            Value(depth + 1);
            Space();
        }

        _text.Append(_isWild && _random.Next(30) == 0 ? ",}" : "}");
    }

    private void Name()
    {
        var name = Pick(Names);
        _text.Append('"');
        foreach (var c in name)
        {
            if (_random.Next(60) == 0) _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else _text.Append(c);
        }

        if (_random.Next(40) == 0) _text.Append(Pick(Texts));
        _text.Append('"');
    }

    private void String()
    {
        _text.Append('"');
        for (var parts = _random.Next(5); parts > 0; parts--) _text.Append(_isWild && _random.Next(12) == 0 ? Pick(WrongTexts) : Pick(Texts));
        _text.Append('"');
    }

    private void Space()
    {
        while (_random.Next(4) == 0) _text.Append(" \n\r\t"[_random.Next(4)]);
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
