using System.Net.Http.Headers;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>
/// Gives streams of events another media type, by which Azure.Core does not know them. It would read them by itself (System.ClientModel's
/// SseReconnectingStream): it sends the request again when a stream breaks, and a run that costs money must not be made twice; and it throws away
/// an event that the stream's end cuts off from its blank line, which may be the one that says how the run ended.
/// </summary>
internal sealed class UnwatchedStreams(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType?.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return response;
    }
}
