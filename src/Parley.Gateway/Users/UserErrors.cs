using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Users.Passwords;

namespace Parley.Gateway.Users;

/// <summary>The messages of contracts §1, word by word, and those that Parley adds.</summary>
internal static class UserErrors
{
    public static readonly GatewayError InvalidCredentials = new(GatewayErrorKind.Unauthenticated, "Invalid username or password.") { Code = "invalid_credentials" };

    public static readonly GatewayError Busy = new(GatewayErrorKind.RateLimited, "Too many passwords are being checked at the moment. Try again in a few seconds.")
    {
        RetryAfter = PasswordHashing.RetryAfter,
    };

    public static readonly GatewayError Contended = new(GatewayErrorKind.Overloaded, "The user is being changed by many calls at the same time. Try again in a moment.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly GatewayError StoreFailed = new(GatewayErrorKind.Internal, "The users cannot be read or written at the moment. The operator finds the reason in Parley's log.")
    {
        Code = "user_store_failed",
    };

    public static GatewayError Exists(string name) => new(GatewayErrorKind.BadRequest, $"User '{name}' already exists.") { Status = StatusCodes.Status409Conflict, Code = "user_exists" };

    public static GatewayError NotFound(string name) => new(GatewayErrorKind.NotFound, $"User '{name}' not found.") { Code = "user_not_found" };

    public static GatewayError Throttled(TimeSpan wait) =>
        new(GatewayErrorKind.RateLimited, "Too many attempts to sign in as this user or from this address. Try again later.") { RetryAfter = wait };

    public static GatewayError Invalid(string message) => new(GatewayErrorKind.BadRequest, message);
}
