namespace Parley.Gateway.Users.Passwords;

/// <summary>The password as it travels: base64 of its bytes (a browser's <c>btoa</c>), whatever they are.</summary>
internal static class PasswordText
{
    public const int MostBytes = 1024;

    /// <summary>The password's bytes, or what is wrong with the text.</summary>
    public static bool TryRead(string text, out byte[]? password, out string? problem)
    {
        password = null;
        problem = null;
        var room = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, room, out var length)) problem = "password must be base64 encoded.";
        else if (length == 0) problem = "password must not be empty.";
        else if (length > MostBytes) problem = $"password must have at most {MostBytes} bytes before it is base64 encoded.";
        else password = room[..length];
        return problem is null;
    }
}
