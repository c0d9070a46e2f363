using System.Text.Json;
using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>Whoever has seen the end of an answer can find its record, whatever was translated on the way.</summary>
public sealed class RecordBeforeEndTests
{
    [Fact]
    public async Task LastEvent_ComesAfterTheRecord()
    {
        // With commit "database" a record is either there to be queried, or not yet written.
        await using var gateway = await TranslationGateway.StartAsync(sections: """ "ledger": { "commit": "database" } """);
        foreach (var surface in CallerSurface.All)
        {
            foreach (var target in ProviderTarget.All)
            {
                using var answer = await gateway.SendAsync(surface.PathOf(target.Id), surface.BodyOf(target.Id), GatewayCalls.Limit());
                var requestId = answer.Headers.GetValues("x-request-id").Single();
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
                while (!IsEnd(surface, await reader.ReadLineAsync(GatewayCalls.Limit()))) { }

                using var found = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/requests?requestId=" + requestId, GatewayCalls.Limit()));
                Assert.True(found.RootElement.GetProperty("items").GetArrayLength() == 1, $"{surface} on {target}");
            }
        }
    }

    private static bool IsEnd(CallerSurface surface, string? line)
    {
        Assert.NotNull(line);
        return !surface.IsStream || line.Contains(surface.Dialect switch
        {
            Dialect.OpenAIChat => "[DONE]",
            Dialect.OpenAIResponses => "\"type\":\"response.completed\"",
            Dialect.AnthropicMessages => "\"type\":\"message_stop\"",
            _ => "\"STOP\"",
        }, StringComparison.Ordinal);
    }
}
