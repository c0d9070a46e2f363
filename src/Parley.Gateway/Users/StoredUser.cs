namespace Parley.Gateway.Users;

/// <summary>A user as a store has it.</summary>
/// <param name="Name">Exactly as it was given.</param>
/// <param name="Password">A <see cref="Passwords.PasswordHash"/>, or what an older system left: the password in base64.</param>
/// <param name="IsAdmin">Will be the console's admin role.</param>
/// <param name="Version">Another one after each change; opaque.</param>
internal record StoredUser(string Name, string Password, bool IsAdmin, string Version)
{
    // Neither a hash nor an old system's clear text belongs into a log.
    /// <inheritdoc/>
    public override string ToString() => $"user {Name}";
}
