using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateway.Users.Tables;

/// <summary>
/// User name → RowKey. A name that Table Storage takes as it is stays as it is, so that the rows of an older system are found. Any other becomes
/// <c>=q=</c> and the name with what is forbidden written <c>=2F</c>, byte by byte of its UTF-8; where that is too long, <c>=h=</c> and its SHA-256
/// (the name itself is in the column <c>username</c>). Names that begin with an equals sign are always written so: no two names meet.
/// </summary>
internal static class TableRowKey
{
    // 1 KiB, which Table Storage counts in UTF-16.
    private const int MostCharacters = 512;
    private const string Quoted = "=q=";
    private const string Hashed = "=h=";

    public static string Of(string name)
    {
        if (IsPlain(name)) return name;
        var quoted = new StringBuilder(Quoted, name.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < name.Length && quoted.Length <= MostCharacters; at++)
        {
            if (name[at] != '=' && !IsForbidden(name, at))
            {
                quoted.Append(name[at]);
                continue;
            }

            // Never half of a pair: surrogates are not forbidden, and half ones are no name.
            foreach (var part in utf8[..Encoding.UTF8.GetBytes(name.AsSpan(at, 1), utf8)]) quoted.Append('=').Append(Convert.ToHexString([part]));
        }

        return quoted.Length <= MostCharacters ? quoted.ToString() : Hashed + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }

    /// <summary>The name that a key was made of; null for a hashed one, and for what <see cref="Of"/> makes of no name.</summary>
    public static string? NameOf(string rowKey)
    {
        if (!rowKey.StartsWith('=')) return rowKey;
        if (!rowKey.StartsWith(Quoted, StringComparison.Ordinal)) return null;
        var bytes = new List<byte>(rowKey.Length);
        for (var at = Quoted.Length; at < rowKey.Length; at++)
        {
            if (rowKey[at] == '=')
            {
                if (at + 2 >= rowKey.Length || !char.IsAsciiHexDigit(rowKey[at + 1]) || !char.IsAsciiHexDigit(rowKey[at + 2])) return null;
                bytes.AddRange(Convert.FromHexString(rowKey.AsSpan(at + 1, 2)));
                at += 2;
            }
            else
            {
                var length = char.IsHighSurrogate(rowKey[at]) && at + 1 < rowKey.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(rowKey, at, length));
                at += length - 1;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsPlain(string name)
    {
        if (name.Length is 0 or > MostCharacters || name[0] == '=') return false;
        for (var at = 0; at < name.Length; at++)
        {
            if (IsForbidden(name, at)) return false;
        }

        return true;
    }

    // Forbidden: / \ # ? and control characters. The percent sign is taken, and then not found again (decoded twice); white space at either end
    // and the two characters that are none are not worth the risk.
    private static bool IsForbidden(string name, int at) =>
        name[at] is '/' or '\\' or '#' or '?' or '%' or '\uFFFE' or '\uFFFF' || char.IsControl(name[at])
        || ((at == 0 || at == name.Length - 1) && char.IsWhiteSpace(name[at]));
}
