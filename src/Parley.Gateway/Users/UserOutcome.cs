using Parley.Gateway.Exchange;

namespace Parley.Gateway.Users;

/// <summary>What became of a call: the user as it is now, or why not.</summary>
internal readonly struct UserOutcome
{
    public UserOutcome(string name, bool isAdmin) => (Name, IsAdmin) = (name, isAdmin);

    public UserOutcome(GatewayError error) => Error = error;

    public string? Name { get; }

    public bool IsAdmin { get; }

    /// <summary>Null when it was done.</summary>
    public GatewayError? Error { get; }
}
