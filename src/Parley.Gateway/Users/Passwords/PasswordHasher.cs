using System.Security.Cryptography;

namespace Parley.Gateway.Users.Passwords;

/// <summary>
/// Derives and compares, with PBKDF2-HMAC-SHA512 of the framework. Every check that fails costs the same number of rounds, whether the user is unknown, the password malformed, or what is stored of
/// an older kind: the time tells nothing apart.
/// Takes a tenth of a second: called on the threads of <see cref="PasswordHashing"/> only.
/// </summary>
/// <param name="iterations">Iterations of new hashes; what has fewer is hashed anew at the next sign-in.</param>
internal sealed class PasswordHasher(int iterations)
{
    // Stands in for a password that is not there: no text hashes to it.
    private readonly PasswordHash _nobody =
        new(iterations, RandomNumberGenerator.GetBytes(PasswordHash.SaltBytes), RandomNumberGenerator.GetBytes(PasswordHash.DigestBytes));

    private long _derivations;
    private long _rounds;

    /// <summary>Derivations so far.</summary>
    public long Derivations => Interlocked.Read(ref _derivations);

    /// <summary>Rounds of all derivations so far: the work, where wall-clock time would be a guess.</summary>
    public long Rounds => Interlocked.Read(ref _rounds);

    /// <summary>The text to store for a new password, with a salt of its own.</summary>
    public string Hash(byte[] password)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltBytes);
        return new PasswordHash(iterations, salt, Derive(password, salt, iterations, PasswordHash.DigestBytes)).ToString();
    }

    /// <summary>Compares in constant time.</summary>
    /// <param name="password">The password's bytes; null when what was presented cannot be one: then nothing matches, at the same cost.</param>
    /// <param name="stored">What is stored; null when there is no such user.</param>
    public PasswordVerdict Check(byte[]? password, string? stored)
    {
        var presented = password ?? [];
        if (stored is not null && stored.Length > 0 && stored[0] != PasswordHash.Mark) return CheckClear(presented, password is not null, stored);
        PasswordHash? parsed = null;
        var isKnown = stored is not null && PasswordHash.TryParse(stored, out parsed);
        var hash = parsed ?? _nobody;
        var matches = CryptographicOperations.FixedTimeEquals(Derive(presented, hash.Salt, hash.Iterations, hash.Digest.Length), hash.Digest) & isKnown & password is not null;
        var missing = iterations - hash.Iterations;
        if (missing <= 0) return new PasswordVerdict(matches, null);
        if (matches) return new PasswordVerdict(true, Hash(presented));
        Derive(presented, hash.Salt, missing, hash.Digest.Length);
        return default;
    }

    // The older system stored the password itself, in base64. The new hash is made before the answer is known, so that it costs what any check costs.
    private PasswordVerdict CheckClear(byte[] presented, bool isPassword, string stored)
    {
        var rehash = Hash(presented);
        var isReadable = PasswordText.TryRead(stored, out var known, out _);
        // Digests: FixedTimeEquals of two lengths returns at once, and would tell the length.
        var matches = CryptographicOperations.FixedTimeEquals(SHA512.HashData(presented), SHA512.HashData(known ?? [])) & isReadable & isPassword;
        return matches ? new PasswordVerdict(true, rehash) : default;
    }

    private byte[] Derive(byte[] password, byte[] salt, int rounds, int length)
    {
        Interlocked.Increment(ref _derivations);
        Interlocked.Add(ref _rounds, rounds);
        return Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, length);
    }
}
