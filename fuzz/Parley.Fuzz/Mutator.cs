namespace Parley.Fuzz;

/// <summary>Makes wrong inputs out of right ones: flipped, cut, doubled and swapped pieces, and words that parsers trip over.</summary>
internal sealed class Mutator(Random random)
{
    private const int Longest = 256 * 1024;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "null", "true", "-1", "1e999", "99999999999999999999", "0.1", "\"\"", "{}", "[]", "[[[[[[[[", "{\"a\":", "\\ud800", "\\u0000", "\\\"", "\"", "\n\n", "\r\n", "data: ",
            "event: error\n", ",", ":", "}", "]", "\"type\":\"text\"", "\"type\":\"thinking\"", "\"type\":\"function_call\"", "\"content\":null", "\"index\":-5", "\"index\":2147483648",
            "\"role\":\"tool\"", "data:image/png;base64,", "\"delta\":{}", "parley1:", "parley1:openai:s:%zz:x", "enc_zz",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xff, 0xfe], [0xef, 0xbb, 0xbf], [0, 0, 0, 16, 0, 0, 0, 0], [0x80],
    ];

    /// <summary>One to eight changes of a seed.</summary>
    internal byte[] Mutate(byte[] seed)
    {
        var bytes = new List<byte>(seed);
        for (var left = random.Next(1, 9); left > 0 && bytes.Count > 0; left--) Change(bytes);
        return bytes.Count <= Longest ? [.. bytes] : [.. bytes.Take(Longest)];
    }

    private void Change(List<byte> bytes)
    {
        var at = random.Next(bytes.Count);
        var length = Math.Min(bytes.Count - at, random.Next(1, random.Next(2, 64)));
        switch (random.Next(7))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 5:
                ReplaceValue(bytes, at);
                break;
            default:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
        }
    }

    // From one quote or colon to the next comma: often a whole value, so that what comes out is still JSON.
    private void ReplaceValue(List<byte> bytes, int at)
    {
        var start = bytes.IndexOf((byte)':', at);
        if (start < 0) return;
        var end = bytes.IndexOf((byte)',', start);
        if (end < 0) return;
        bytes.RemoveRange(start + 1, end - start - 1);
        bytes.InsertRange(start + 1, Words[random.Next(Words.Length)]);
    }
}
