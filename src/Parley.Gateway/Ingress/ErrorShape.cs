namespace Parley.Gateway.Ingress;

/// <summary>The form in which a surface's callers expect an error.</summary>
public enum ErrorShape
{
    /// <summary><c>{"error":{"message","type","param","code"}}</c>.</summary>
    OpenAI,

    /// <summary><c>{"error":{"code","message"}}</c>, with Azure's codes.</summary>
    Azure,

    /// <summary><c>{"error":"message"}</c>: the simple REST API (contracts §1).</summary>
    Simple,

    /// <summary><c>{"detail":"message"}</c>: the wrapper's paths at the root (contracts §4).</summary>
    Detail,

    /// <summary><c>{"error":{"code","message","path"}}</c>: the admin API (contracts §7).</summary>
    Admin,

    /// <summary><c>{"type":"error","error":{"type","message"},"request_id"}</c>.</summary>
    Anthropic,

    /// <summary><c>{"error":{"code","message","status","details"?}}</c>: Google's <c>google.rpc.Status</c>.</summary>
    Gemini,

    /// <summary><c>{"jsonrpc":"2.0","error":{"code","message","data":{"code"}}}</c>: the MCP server, before a message was read.</summary>
    JsonRpc,
}
