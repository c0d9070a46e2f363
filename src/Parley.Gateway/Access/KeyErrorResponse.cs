namespace Parley.Gateway.Access;

/// <summary>The admin API's error: <c>{"error":{code, message, path}}</c>.</summary>
internal sealed record KeyErrorResponse(KeyErrorBody Error);
