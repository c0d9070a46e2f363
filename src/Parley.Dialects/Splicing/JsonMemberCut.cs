namespace Parley.Dialects.Splicing;

/// <summary>What has to go so that an object without one of its members is JSON again: the member and one comma.</summary>
internal static class JsonMemberCut
{
    /// <summary>
    /// The bytes to take out for a member: with the comma behind it, else (it is the last one) with the comma before it,
    /// else (it is the only one) alone.
    /// </summary>
    internal static ByteRange Of(ReadOnlySpan<byte> json, ByteRange member)
    {
        var next = NextComma(json, member.End);
        if (next >= 0) return new(member.Start, next + 1 - member.Start);
        var previous = PreviousComma(json, member.Start);
        return previous >= 0 ? new(previous, member.End - previous) : member;
    }

    /// <summary>The comma behind, with nothing but white space between; -1 when there is none.</summary>
    internal static int NextComma(ReadOnlySpan<byte> json, int from)
    {
        while (IsSpace(json[from])) from++;
        return json[from] == ',' ? from : -1;
    }

    /// <summary>The comma before, with nothing but white space between; -1 when there is none.</summary>
    internal static int PreviousComma(ReadOnlySpan<byte> json, int before)
    {
        do before--;
        while (IsSpace(json[before]));
        return json[before] == ',' ? before : -1;
    }

    internal static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
