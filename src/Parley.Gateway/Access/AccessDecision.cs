using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Access;

/// <summary>Who calls, or why the call is refused: exactly one of the two.</summary>
internal readonly struct AccessDecision
{
    private static readonly GatewayError Missing = Unauthenticated(
        "This call needs an API key. Send it as 'Authorization: Bearer KEY', or in the header api-key or x-api-key.", "missing_api_key");

    private static readonly GatewayError Unknown = Unauthenticated("The API key is not valid.", "invalid_api_key");
    private static readonly GatewayError Expired = Unauthenticated("The API key has expired.", "expired_api_key");
    private static readonly GatewayError Suspended = Unauthenticated("The API key is suspended.", "suspended_api_key");

    private static readonly GatewayError Unavailable =
        new(GatewayErrorKind.Overloaded, "Keys cannot be checked at the moment. Try again later.") { Code = "key_store_unavailable", RetryAfter = TimeSpan.FromSeconds(5) };

    private AccessDecision(Caller? caller, GatewayError? error)
    {
        Caller = caller;
        Error = error;
    }

    /// <summary>Null when the call is refused.</summary>
    public Caller? Caller { get; }

    /// <summary>Null when there is a caller. Never holds what was presented.</summary>
    public GatewayError? Error { get; }

    /// <summary>Looks for a key in the request.</summary>
    public static AccessDecision For(HttpRequest request, KeyAuthenticator authenticator)
    {
        var caller = PresentedKey.Authenticate(request, authenticator, out var refusal);
        return caller is not null ? new AccessDecision(caller, null) : new AccessDecision(null, ErrorOf(refusal));
    }

    /// <summary>What the caller is told for a refusal.</summary>
    public static GatewayError ErrorOf(KeyRefusal refusal) => refusal switch
    {
        KeyRefusal.Missing => Missing,
        KeyRefusal.Unknown => Unknown,
        KeyRefusal.Expired => Expired,
        KeyRefusal.Suspended => Suspended,
        KeyRefusal.Unavailable => Unavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    private static GatewayError Unauthenticated(string message, string code) => new(GatewayErrorKind.Unauthenticated, message) { Code = code };
}
