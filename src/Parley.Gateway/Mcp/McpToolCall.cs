using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Parley.Gateway.Mcp;

/// <summary>One <c>tools/call</c>.</summary>
/// <param name="Visit">The request it came with.</param>
/// <param name="Request">As the protocol's library has it.</param>
internal sealed record McpToolCall(McpVisit Visit, RequestContext<CallToolRequestParams> Request)
{
    private float _reported = -1;

    /// <summary>True when the client wants to be told how far it is.</summary>
    public bool WantsProgress => Request.Params.ProgressToken is not null;

    /// <summary>An argument that is a text; null when it is not there or is none.</summary>
    public string? Text(string name) => Argument(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>An argument; null when it is not there, or is null as models write what they leave out.</summary>
    public JsonElement? Argument(string name) =>
        Request.Params.Arguments is { } arguments && arguments.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Tells the client how far it is, if it wants to be told and it is further than it was.</summary>
    public async ValueTask ReportAsync(float progress, string? message, CancellationToken cancellation)
    {
        if (Request.Params.ProgressToken is not { } token || progress <= _reported) return;
        _reported = progress;
        await Request.Server.NotifyProgressAsync(token, new ProgressNotificationValue { Progress = progress, Message = message }, cancellationToken: cancellation);
    }
}
