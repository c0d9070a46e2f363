using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>The C# SDK's client in each revision.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpClientTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Client_OfEachRevision_ListsAndReads(string? revision)
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static upstream => """{ "prompts": { "p": "Be {{how}}." } }""" });
        await using var client = await ConnectAsync(gateway, revision);
        Assert.Equal(revision ?? "2026-07-28", client.NegotiatedProtocolVersion);
        Assert.Equal("parley", client.ServerInfo?.Name);
        Assert.Contains("list_models", (await client.ListToolsAsync(cancellationToken: GatewayCalls.Limit())).Select(static tool => tool.Name));
        var called = await client.CallToolAsync("list_models", cancellationToken: GatewayCalls.Limit());
        Assert.NotEqual(true, called.IsError);
        Assert.NotNull(called.StructuredContent);
        Assert.Equal("parley://models", (await client.ListResourcesAsync(cancellationToken: GatewayCalls.Limit()))[0].Uri);
        Assert.Single((await client.ReadResourceAsync("parley://models", cancellationToken: GatewayCalls.Limit())).Contents);
        Assert.Single(await client.ListResourceTemplatesAsync(cancellationToken: GatewayCalls.Limit()));
        Assert.Equal("p", (await client.ListPromptsAsync(cancellationToken: GatewayCalls.Limit())).Single().Name);
        var prompt = await client.GetPromptAsync("p", cancellationToken: GatewayCalls.Limit());
        Assert.Equal("Be {{how}}.", Assert.IsType<TextContentBlock>(prompt.Messages.Single().Content).Text);
    }

    internal static async Task<McpClient> ConnectAsync(GatewayHost gateway, string? revision, string key = GatewayHost.AdminKey)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(gateway.Address, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        });
        return await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision }, cancellationToken: GatewayCalls.Limit());
    }
}
