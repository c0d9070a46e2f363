namespace Parley.Gateway.Access;

/// <summary>Why a key was not made or changed.</summary>
/// <param name="Status">The HTTP status of the admin API.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people; never holds a key.</param>
/// <param name="Path">The field of the request that is wrong, or null.</param>
internal sealed record KeyError(int Status, string Code, string Message, string? Path = null)
{
    /// <summary>A field is wrong.</summary>
    public static KeyError Invalid(string path, string message) => new(400, "invalid_request", message, path);

    /// <summary>The state does not allow it.</summary>
    public static KeyError Conflict(string code, string message, string? path = null) => new(409, code, message, path);

    /// <summary>There is no such key.</summary>
    public static KeyError NotFound(string id) =>
        new(404, "key_not_found", Ulidlike(id) ? $"There is no key with the id '{id}'." : "There is no key with this id.");

    // An id is repeated only when it has the form of one: somebody may have put the key itself there.
    private static bool Ulidlike(string id) => Exchange.Ulid.TryParse(id, out _);
}
