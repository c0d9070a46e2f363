namespace Parley.Simulator;

/// <summary>CRC-32 as in IEEE 802.3, reflected, polynomial EDB88320: the checksum of event stream frames.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static index =>
    {
        var value = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        return value;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var value = uint.MaxValue;
        foreach (var one in bytes)
            value = Table[(byte)(value ^ one)] ^ (value >> 8);
        return ~value;
    }
}
