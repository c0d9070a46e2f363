using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Parley.Gateway.Mcp.Protocol;

/// <summary>
/// What the Streamable HTTP transport demands of a request beside its message. Revision 2026-07-28 repeats in headers what the message
/// says, so that whatever stands between can go by them; a server has to refuse where the two differ, or what was let through on the
/// strength of a header would do something else.
/// </summary>
internal static class McpRequestRules
{
    private const string VersionHeader = "MCP-Protocol-Version";
    private const string SessionHeader = "Mcp-Session-Id";
    private const string MethodHeader = "Mcp-Method";
    private const string NameHeader = "Mcp-Name";

    // JSON-RPC leaves -32000 to -32099 to implementations; this is what the SDKs answer for a session they do not know.
    private const McpErrorCode NoSuchSession = (McpErrorCode)(-32001);
    private const McpErrorCode Refused = (McpErrorCode)(-32000);

    // Gone with revision 2026-07-28.
    private static readonly string[] Removed =
    [
        RequestMethods.Initialize, RequestMethods.Ping, "logging/setLevel", RequestMethods.ResourcesSubscribe, RequestMethods.ResourcesUnsubscribe,
    ];

    /// <summary>What can be told before the body is read: null when all is well.</summary>
    public static McpRefusal? CheckHeaders(IHeaderDictionary headers)
    {
        if (!Accepts(headers.Accept))
            return new McpRefusal(StatusCodes.Status406NotAcceptable, Refused, "The client must accept both kinds of answers: send Accept: application/json, text/event-stream.");
        return null;
    }

    /// <summary>Whether the headers fit the message: null when all is well.</summary>
    public static McpRefusal? CheckMessage(IHeaderDictionary headers, JsonRpcMessage message)
    {
        var revision = RevisionOf(headers);
        if (revision is not null && !McpRevisions.Supported.Contains(revision)) return Unsupported(revision);
        // Parley gives out no session ids, so this one belongs to another server, or to another life of this address: 404 has the client begin
        // anew. Revision 2026-07-28 has a server pass over it.
        if (revision != McpRevisions.Stateless && headers.ContainsKey(SessionHeader)) return UnknownSession();
        if (message is not JsonRpcRequest request) return null;
        var meta = (request.Params as JsonObject)?["_meta"];
        var named = Text((meta as JsonObject)?[MetaKeys.ProtocolVersion]);
        if (revision != McpRevisions.Stateless)
        {
            if (named is null || named == revision) return null;
            return Mismatch(revision is null
                ? $"The message is of revision {Shown(named)}, but there is no header {VersionHeader}."
                : $"The header {VersionHeader} says {revision}, the message {Shown(named)}.");
        }

        // The specification's order: what the message lacks, then what the headers say of it.
        if (meta is not JsonObject fields) return Invalid("params._meta is missing: every request of this revision has it.");
        if (named is null) return Invalid($"params._meta[\"{MetaKeys.ProtocolVersion}\"] is missing: every request of this revision names it.");
        if (fields[MetaKeys.ClientCapabilities] is not JsonObject) return Invalid($"params._meta[\"{MetaKeys.ClientCapabilities}\"] is missing: it is an object, {{}} for none.");
        if (named != revision) return Mismatch($"The header {VersionHeader} says {revision}, the message {Shown(named)}.");
        return CheckMethod(headers, request)
            ?? (Removed.Contains(request.Method)
                ? new McpRefusal(StatusCodes.Status404NotFound, McpErrorCode.MethodNotFound, $"Revision {revision} has no method {request.Method}.")
                : null);
    }

    /// <summary>The revision that the request is of, as its header says; null without one: those before 2025-06-18 had none, and <c>initialize</c> has none.</summary>
    public static string? RevisionOf(IHeaderDictionary headers) => One(headers[VersionHeader]);

    /// <summary>Has a client that offers a revision that is not spoken here be offered one that is (the rule of <c>initialize</c>).</summary>
    public static void Negotiate(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest { Method: RequestMethods.Initialize, Params: JsonObject parameters } && !McpRevisions.HasInitialize(Text(parameters["protocolVersion"])))
            parameters["protocolVersion"] = McpRevisions.NewestWithInitialize;
    }

    /// <summary>Whether the headers that repeat arguments of a tool (<c>x-mcp-header</c> in its schema) are those of the call: null when all is well.</summary>
    public static McpRefusal? CheckParameters(IHeaderDictionary headers, JsonRpcRequest request, Tool tool)
    {
        if (tool.InputSchema.ValueKind != JsonValueKind.Object || !tool.InputSchema.TryGetProperty("properties", out var properties)) return null;
        var arguments = (request.Params as JsonObject)?["arguments"] as JsonObject;
        foreach (var property in properties.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Object || !property.Value.TryGetProperty("x-mcp-header", out var named) || named.GetString() is not { } name) continue;
            var header = $"Mcp-Param-{name}";
            var said = One(headers[header]);
            var meant = arguments?[property.Name] is JsonValue value ? McpHeaderEncoder.ConvertToHeaderValue(value) : null;
            if (said is null ? meant is not null : Decode(said) is not { } decoded || decoded != Decode(meant))
                return Mismatch($"The header {header} is not the message's argument {property.Name}.");
        }

        return null;
    }

    private static McpRefusal? CheckMethod(IHeaderDictionary headers, JsonRpcRequest request)
    {
        if (One(headers[MethodHeader]) is not { } method) return Mismatch($"The header {MethodHeader} is missing.");
        if (method != request.Method) return Mismatch($"The header {MethodHeader} says {Shown(method)}, the message {Shown(request.Method)}.");
        var parameter = request.Method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ => null,
        };
        if (parameter is null) return null;
        if (One(headers[NameHeader]) is not { } name) return Mismatch($"The header {NameHeader} is missing.");
        var meant = Text(((JsonObject)request.Params!)[parameter]);
        return Decode(name) is { } decoded && decoded == meant ? null : Mismatch($"The header {NameHeader} is not the message's params.{parameter}.");
    }

    private static string? Decode(string? value)
    {
        if (value is null) return null;
        try
        {
            return McpHeaderEncoder.DecodeValue(value);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Several lines of one header are joined by commas: no revision and no method holds one, so they match nothing.
    private static string? One(StringValues values) => values.Count == 0 ? null : values.ToString().Trim() is { Length: > 0 } value ? value : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // What a caller wrote is repeated to that caller only, and no longer than it needs.
    private static string Shown(string value) => value.Length > 64 ? value[..64] + "…" : value;

    private static bool Accepts(StringValues accept)
    {
        bool json = false, events = false;
        foreach (var value in accept)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var type = value.AsSpan()[range];
                var end = type.IndexOf(';');
                type = (end < 0 ? type : type[..end]).Trim();
                var any = type.SequenceEqual("*/*");
                json |= any || type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Equals("application/*", StringComparison.OrdinalIgnoreCase);
                events |= any || type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) || type.Equals("text/*", StringComparison.OrdinalIgnoreCase);
            }
        }

        return json && events;
    }

    private static McpRefusal Unsupported(string revision) =>
        new(StatusCodes.Status400BadRequest, McpErrorCode.UnsupportedProtocolVersion, $"Revision {Shown(revision)} is not spoken here, but {string.Join(", ", McpRevisions.Supported)} are.")
        {
            RequestedRevision = Shown(revision),
        };

    private static McpRefusal UnknownSession() =>
        new(StatusCodes.Status404NotFound, NoSuchSession, $"There is no such session: Parley keeps none. Begin anew, without {SessionHeader}.");

    private static McpRefusal Mismatch(string message) => new(StatusCodes.Status400BadRequest, McpErrorCode.HeaderMismatch, message);

    private static McpRefusal Invalid(string message) => new(StatusCodes.Status400BadRequest, McpErrorCode.InvalidParams, message);
}
