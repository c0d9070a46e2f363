using System.Net;
using System.Net.Http.Json;

namespace Parley.Gateway.Tests.Harness;

public sealed class GatewayHostTests
{
    [Fact]
    public async Task Gateway_PlainChat_PassesTheAnswerOn()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var answer = await gateway.Client.PostAsJsonAsync("/v1/chat/completions", new { model = "gpt", messages = new[] { new { role = "user", content = "hello" } } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("[simulated] hello", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
