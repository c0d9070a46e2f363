using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>
/// Encrypts the bodies of entries, which hold providers' secrets: AES-256-GCM, with a key that HKDF makes of the pepper. The kind and
/// id are authenticated too, so that a body cannot be laid under another name. Form: version (1), eight bytes that name the key, nonce, tag, text.
/// </summary>
internal sealed class EntryCipher
{
    private const byte Version = 1;
    private const int NameSize = 8;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeadSize = 1 + NameSize + NonceSize + TagSize;

    private readonly byte[] _key;
    private readonly byte[] _name;
    private readonly string _pepperFile;

    /// <param name="pepper">The secret of the data directory.</param>
    /// <param name="pepperFile">Its path, for messages.</param>
    public EntryCipher(byte[] pepper, string pepperFile)
    {
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, pepper, 32, info: "parley catalogue entries v1"u8.ToArray());
        _name = HKDF.DeriveKey(HashAlgorithmName.SHA256, pepper, NameSize, info: "parley catalogue key name v1"u8.ToArray());
        _pepperFile = pepperFile;
    }

    public byte[] Encrypt(EntryKind kind, string id, ReadOnlySpan<byte> body)
    {
        var result = new byte[HeadSize + body.Length];
        result[0] = Version;
        _name.CopyTo(result, 1);
        var nonce = result.AsSpan(1 + NameSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, body, result.AsSpan(HeadSize), result.AsSpan(1 + NameSize + NonceSize, TagSize), Bound(kind, id));
        return result;
    }

    /// <exception cref="StorageException">Encrypted with another pepper, by a newer version, or damaged.</exception>
    public byte[] Decrypt(EntryKind kind, string id, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeadSize) throw Damaged(kind, id);
        if (stored[0] != Version)
            throw new StorageException($"The {kind.Word()} '{id}' of the admin API was stored by a newer version of Parley. Start that version.");
        if (!stored.Slice(1, NameSize).SequenceEqual(_name))
        {
            throw new StorageException(
                $"The {kind.Word()} '{id}' was stored over the admin API with another pepper than the one in {_pepperFile}, so its secrets cannot be read. Restore that "
                + "file from the backup that belongs to the database. When it is lost, delete the rows of the table catalog_entries and make the entries again.");
        }

        try
        {
            var body = new byte[stored.Length - HeadSize];
            using var aes = new AesGcm(_key, TagSize);
            aes.Decrypt(stored.Slice(1 + NameSize, NonceSize), stored[HeadSize..], stored.Slice(1 + NameSize + NonceSize, TagSize), body, Bound(kind, id));
            return body;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Damaged(kind, id);
        }
    }

    private static byte[] Bound(EntryKind kind, string id) => Encoding.UTF8.GetBytes($"{kind.Word()}\n{id}");

    private static StorageException Damaged(EntryKind kind, string id) => new(
        $"The {kind.Word()} '{id}' in the table catalog_entries is damaged, or was copied there from another row. Restore the database from a backup, or delete the row "
        + "and make the entry again over the admin API.");
}
