using Microsoft.AspNetCore.Http;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Agents;

/// <summary>
/// Reads a question: <c>{"query", "stream"?}</c>, or <c>?query=</c> and <c>?stream=true</c>. What stands in the body counts before the address, whose
/// text ends up in the logs of proxies. A stream is also what a client wants that accepts <c>text/event-stream</c> and no JSON.
/// </summary>
internal sealed class AgentRequestReader(BufferedBytesBudget budget)
{
    internal async ValueTask<(AgentRequest? Request, GatewayError? Refused)> ReadAsync(HttpContext context, LimitsConfig limits)
    {
        using var body = new RequestBody(budget, limits.BufferedBytes);
        if (await RequestBodyReader.ReadAsync(context, body, limits) is { } refused) return (null, refused);
        var json = default(JsonValue);
        if (!body.Span.Trim(" \t\r\n"u8).IsEmpty && (!JsonValue.TryParse(body.Memory, out json) || !json.IsObject))
            return (null, Wrong(null, "The body is not a JSON object. Send {\"query\": \"…\"}."));
        if (json.Member("query"u8) is { HasValue: true, IsString: false }) return (null, Wrong("query", "'query' must be a string: the question to the agent."));
        if (json.Member("stream"u8) is { HasValue: true, IsTrue: false, IsFalse: false }) return (null, Wrong("stream", "'stream' must be true or false."));

        var address = context.Request.Query;
        var query = json.Member("query"u8) is { IsString: true } asked ? asked.AsString().ToText() : address["query"].ToString();
        if (AgentQuery.Problem(query) is { } problem) return (null, Wrong("query", problem));
        var stream = json.Member("stream"u8);
        var isStream = stream.HasValue ? stream.IsTrue
            : address.TryGetValue("stream", out var written) ? string.Equals(written, "true", StringComparison.OrdinalIgnoreCase)
            : WantsEvents(context.Request.Headers.Accept.ToString());
        return (new AgentRequest(query, isStream), null);
    }

    private static bool WantsEvents(string accept) =>
        accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) && !accept.Contains("application/json", StringComparison.OrdinalIgnoreCase);

    private static GatewayError Wrong(string? field, string message) => new(GatewayErrorKind.BadRequest, message) { Param = field };
}
