namespace Parley.Gateway.Ingress;

/// <summary>The <c>google.rpc.Code</c> of an HTTP status, as google/rpc/code.proto maps them.</summary>
internal static class GoogleStatus
{
    internal static string Of(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        // The proto names no code for the other statuses of a bad request (405, 413, 415, 431).
        < 500 => "INVALID_ARGUMENT",
        501 => "UNIMPLEMENTED",
        // 502 and 529 are in no row of the proto: for a caller they mean what 503 does.
        502 or 503 or 529 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    };
}
