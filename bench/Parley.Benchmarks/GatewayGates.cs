using System.Text;

namespace Parley.Benchmarks;

/// <summary>
/// A whole gateway on sockets of the loopback, with key check, ledger and metrics on, beside the bare loop in the same process: the same
/// client and the same upstream, neither of which allocates, so what is left is what the gateway adds.
/// </summary>
internal static class GatewayGates
{
    private const string Path = "/v1/chat/completions";
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(
        "{\"model\":\"bench\",\"temperature\":0.7,\"messages\":[{\"role\":\"user\",\"content\":\""
        + string.Concat(Enumerable.Repeat("say \\\"no\\\" to that\\n", 45)) + "\"}]}");

    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(
        "{\"model\":\"bench\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
        + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");

    internal static IEnumerable<AllocationGate> All
    {
        get
        {
            using var upstream = new GatewayUpstream();
            using var floor = GatewayBareLoop.Start(upstream.Port);
            using var gateway = GatewayUnderTest.Start(upstream.Port);
            using var toFloor = new GatewayClient(floor.Port, upstream);
            using var toGateway = new GatewayClient(gateway.Port, upstream);
            var (plain, stream) = (Request(Plain), Request(Stream));

            yield return new("  bare loop, plain request", null, () => toFloor.Plain(plain)) { IsProcessWide = true };
            yield return new("gateway, plain request, above the bare loop", 2048, () => toGateway.Plain(plain))
            {
                Base = () => toFloor.Plain(plain),
                IsProcessWide = true,
            };
            yield return new($"  bare loop, stream of {GatewayUpstream.Events} events", null, () => toFloor.Stream(stream))
            {
                IsProcessWide = true,
            };
            var name = $"gateway, stream of {GatewayUpstream.Events} events, above the bare loop";
            yield return new(name, 4096, () => toGateway.Stream(stream))
            {
                Base = () => toFloor.Stream(stream),
                IsProcessWide = true,
            };
        }
    }

    private static byte[] Request(byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes($"POST {Path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {GatewayUnderTest.Key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
