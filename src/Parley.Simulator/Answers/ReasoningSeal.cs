using System.Security.Cryptography;
using System.Text;

namespace Parley.Simulator;

/// <summary>
/// Signs what a model thought, and knows its own signatures again: 16 bytes that follow from the request, and an HMAC over maker, those bytes and the
/// text. Real vendors refuse a signature they did not make, or that was made for another text.
/// </summary>
internal static class ReasoningSeal
{
    private const int Salt = 16;

    // No secret is kept with it: it tells the simulator's own signatures from others.
    private static readonly byte[] Key = "parley-simulator"u8.ToArray();

    public static string Sign(SimulatedCall call, string maker, string text)
    {
        var salt = Convert.FromHexString(call.Hash.AsSpan(0, Salt * 2));
        return Convert.ToBase64String([.. salt, .. Mac(maker, salt, text)]);
    }

    public static bool IsOurs(string signature, string maker, string text)
    {
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length) || length != Salt + HMACSHA256.HashSizeInBytes)
            return false;
        return CryptographicOperations.FixedTimeEquals(Mac(maker, bytes.AsSpan(0, Salt), text), bytes.AsSpan(Salt, HMACSHA256.HashSizeInBytes));
    }

    private static byte[] Mac(string maker, ReadOnlySpan<byte> salt, string text) =>
        HMACSHA256.HashData(Key, (byte[])[.. Encoding.UTF8.GetBytes(maker), 0, .. salt, 0, .. Encoding.UTF8.GetBytes(text)]);
}
