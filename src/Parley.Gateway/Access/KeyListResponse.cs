namespace Parley.Gateway.Access;

/// <summary>The answer of <c>GET /admin/keys</c>.</summary>
internal sealed record KeyListResponse(IReadOnlyList<KeyResponse> Items);
