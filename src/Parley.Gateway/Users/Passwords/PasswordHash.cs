using System.Buffers.Text;
using System.Globalization;

namespace Parley.Gateway.Users.Passwords;

/// <summary>
/// A password at rest: <c>$pbkdf2-sha512$v=1$i=210000$SALT$DIGEST</c>, salt and digest in base64. The dollar sign, which no base64 holds, tells it
/// from the clear text that an older system stored; the version says how it was derived, so that a later one can be told from it.
/// </summary>
internal sealed record PasswordHash(int Iterations, byte[] Salt, byte[] Digest)
{
    /// <summary>Iterations of new hashes (contracts §1 asks for at least 210,000).</summary>
    public const int CurrentIterations = 210_000;

    /// <summary>What every text of ours begins with, of whichever version.</summary>
    public const char Mark = '$';

    public const int SaltBytes = 16;
    public const int DigestBytes = 32;

    // A row that somebody else wrote must not keep a thread busy for minutes.
    private const int MostIterations = 10_000_000;

    private const string Version1 = "$pbkdf2-sha512$v=1$i=";

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Version1}{Iterations}${Convert.ToBase64String(Salt)}${Convert.ToBase64String(Digest)}");

    /// <summary>False for anything but a whole text of version 1.</summary>
    public static bool TryParse(string text, out PasswordHash? hash)
    {
        hash = null;
        if (!text.StartsWith(Version1, StringComparison.Ordinal)) return false;
        var parts = text[Version1.Length..].Split(Mark);
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations
            || !Base64.IsValid(parts[1]) || !Base64.IsValid(parts[2]))
            return false;
        var (salt, digest) = (Convert.FromBase64String(parts[1]), Convert.FromBase64String(parts[2]));
        if (salt.Length is < SaltBytes or > 64 || digest.Length is < DigestBytes or > 64) return false;
        hash = new PasswordHash(iterations, salt, digest);
        return true;
    }
}
