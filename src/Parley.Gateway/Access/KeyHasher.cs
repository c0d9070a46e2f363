using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateway.Access;

/// <summary>
/// Turns a presented value into the digest that keys are looked up by. Values that cannot be a key are turned away before anything is
/// hashed. Keeps HMAC states that have already taken in the pepper: half the time of the one-shot call, and nothing is allocated.
/// </summary>
internal sealed class KeyHasher : IDisposable
{
    private readonly byte[] _pepper;
    private readonly IncrementalHash?[] _idle = new IncrementalHash?[Math.Clamp(Environment.ProcessorCount * 2, 4, 64)];

    public KeyHasher(byte[] pepper)
    {
        _pepper = pepper;
        for (var i = 0; i < _idle.Length; i++) _idle[i] = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, pepper);
        PepperId = Convert.ToHexString(HMACSHA256.HashData(pepper, "parley pepper id"u8), 0, 8);
    }

    /// <summary>Names the pepper without telling it: stored beside each digest, so that keys of a lost pepper are recognised.</summary>
    public string PepperId { get; }

    /// <summary>Hashes a presented value; false when no key looks like that (length, characters).</summary>
    public bool TryHash(ReadOnlySpan<char> presented, out KeyDigest digest)
    {
        digest = default;
        if (presented.Length is < KeyValue.MinLength or > KeyValue.MaxLength || presented.ContainsAnyExceptInRange(' ', '~')) return false;
        Span<byte> bytes = stackalloc byte[KeyValue.MaxLength];
        if (Ascii.FromUtf16(presented, bytes, out var length) != OperationStatus.Done) return false;
        Span<byte> hash = stackalloc byte[KeyDigest.Size];
        Hash(bytes[..length], hash);
        digest = KeyDigest.FromBytes(hash);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < _idle.Length; i++) Interlocked.Exchange(ref _idle[i], null)?.Dispose();
    }

    // A state serves one thread at a time. Threads start looking at different slots; when all are taken the one-shot call does it.
    private void Hash(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        var start = (uint)Environment.CurrentManagedThreadId;
        for (var i = 0u; i < (uint)_idle.Length; i++)
        {
            var slot = (int)((start + i) % (uint)_idle.Length);
            if (Interlocked.Exchange(ref _idle[slot], null) is not { } state) continue;
            state.AppendData(value);
            state.GetHashAndReset(destination);
            if (Interlocked.CompareExchange(ref _idle[slot], state, null) is not null) state.Dispose();
            return;
        }

        HMACSHA256.HashData(_pepper, value, destination);
    }
}
