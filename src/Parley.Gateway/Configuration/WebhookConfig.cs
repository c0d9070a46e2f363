namespace Parley.Gateway.Configuration;

/// <summary>Who is told when a target opens or recovers (<c>events.webhook</c>).</summary>
/// <param name="Url">Where a JSON document is posted.</param>
/// <param name="Secret">Signs the body (HMAC-SHA-256 in <c>x-parley-signature</c>); null means unsigned.</param>
public sealed record WebhookConfig(Uri Url, Secret? Secret);
