using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Gateway.Users.Throttling;

/// <summary>
/// Slows down who guesses passwords, by user name (whether there is such a user or not) and by address. Only what fails counts: an application
/// signs all its users in from one address. A try is counted before the password is looked at and given back when it was right, so that
/// guesses that are sent all at once do not slip through together.
/// </summary>
internal sealed class ValidationThrottle(TimeProvider time)
{
    public const int FailuresPerUser = 10;
    public const int FailuresPerAddress = 100;
    public const int MostKeys = 8192;
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ThrottleTable _users = new(FailuresPerUser, Period, MostKeys, time);
    private readonly ThrottleTable _addresses = new(FailuresPerAddress, Period, MostKeys, time);

    /// <summary>A try that is counted until it is given back.</summary>
    internal readonly record struct Try(UInt128 User, UInt128 Address);

    /// <summary>Counts a try; false when there were too many.</summary>
    public bool TryBegin(string username, IPAddress? address, out Try begun, out TimeSpan wait)
    {
        begun = default;
        if (!_users.TryTake(KeyOf(username), out var user, out wait)) return false;
        if (!_addresses.TryTake(KeyOf(address), out var place, out wait))
        {
            _users.GiveBack(user);
            return false;
        }

        begun = new Try(user, place);
        return true;
    }

    /// <summary>The password was right, or was not looked at.</summary>
    public void GiveBack(Try begun)
    {
        _users.GiveBack(begun.User);
        _addresses.GiveBack(begun.Address);
    }

    private static UInt128 KeyOf(string username) => Digest(MemoryMarshal.AsBytes(username.AsSpan()));

    private static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null) return UInt128.Zero;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        // A household, or a machine, is given a whole /64 and can take any address of it.
        return Digest(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, 8) : bytes);
    }

    private static UInt128 Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
