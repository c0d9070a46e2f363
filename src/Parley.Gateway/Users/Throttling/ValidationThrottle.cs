using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Gateway.Users.Throttling;

/// <summary>
/// Slows down who guesses passwords, by user name (whether there is such a user or not) and by address. Only what fails counts, and when it has failed: an
/// application signs all its users in from one address, and may check one user's password many times at once. What is being checked of one user at a
/// time has a bound of its own, so that guesses which are sent all at once are so many once, and then pay for it with a longer wait.
/// </summary>
internal sealed class ValidationThrottle(TimeProvider time)
{
    public const int FailuresPerUser = 10;
    public const int FailuresPerAddress = 100;
    public const int MostAtOncePerUser = 64;
    public const int MostKeys = 8192;
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ThrottleTable _users = new(FailuresPerUser, Period, MostKeys, time);
    private readonly ThrottleTable _addresses = new(FailuresPerAddress, Period, MostKeys, time);

    // As many entries as there are users being checked right now.
    private readonly Dictionary<UInt128, int> _running = [];

    /// <summary>Begins a try, which is over when it is disposed; null when there were too many.</summary>
    /// <param name="username">Any text.</param>
    /// <param name="address">Where the call comes from.</param>
    /// <param name="wait">How long until the next try, after too many failures; zero when only too many tries of this user run now.</param>
    public Try? TryBegin(string username, IPAddress? address, out TimeSpan wait)
    {
        var begun = new Try(this, KeyOf(username), KeyOf(address));
        if (!_users.MayTry(begun.User, out wait) || !_addresses.MayTry(begun.Address, out wait)) return null;
        lock (_running)
        {
            ref var running = ref CollectionsMarshal.GetValueRefOrAddDefault(_running, begun.User, out _);
            if (running >= MostAtOncePerUser) return null;
            running++;
            return begun;
        }
    }

    private void End(UInt128 user)
    {
        lock (_running)
        {
            if (_running[user] == 1) _running.Remove(user);
            else _running[user]--;
        }
    }

    /// <summary>A password that is being checked. One that was not looked at, because the caller left or the store failed, tells nothing and counts as nothing.</summary>
    internal sealed class Try(ValidationThrottle owner, UInt128 user, UInt128 address) : IDisposable
    {
        public UInt128 User => user;

        public UInt128 Address => address;

        /// <summary>The password was looked at and is wrong.</summary>
        public void Fail()
        {
            owner._users.Count(user);
            owner._addresses.Count(address);
        }

        public void Dispose() => owner.End(user);
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
