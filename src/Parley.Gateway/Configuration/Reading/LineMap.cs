using System.Text;

namespace Parley.Gateway.Configuration.Reading;

/// <summary>Byte offset → line and column, both from 1; a column counts characters, not bytes, as editors do.</summary>
internal sealed class LineMap
{
    private readonly ReadOnlyMemory<byte> _utf8;
    private readonly List<int> _starts = [0];

    public LineMap(ReadOnlyMemory<byte> utf8)
    {
        _utf8 = utf8;
        var span = utf8.Span;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] == (byte)'\n')
                _starts.Add(i + 1);
        }
    }

    public (int Line, int Column) At(long offset)
    {
        var index = _starts.BinarySearch((int)offset);
        if (index < 0)
            index = ~index - 1;
        var start = _starts[index];
        return (index + 1, Encoding.UTF8.GetCharCount(_utf8.Span[start..(int)offset]) + 1);
    }
}
