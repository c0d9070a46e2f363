namespace Parley.Gateway.Users.Passwords;

/// <summary>What a check found.</summary>
/// <param name="Matches">True when the password is the one that is stored.</param>
/// <param name="Rehash">What to store in place of what is there, when that is of an older kind; null otherwise.</param>
internal readonly record struct PasswordVerdict(bool Matches, string? Rehash);
