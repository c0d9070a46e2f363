using System.Net;
using System.Net.Sockets;

namespace Parley.Gateway.Egress;

/// <summary>
/// Whether an address belongs to the public internet, by IANA's special-purpose registries (RFC 6890 and its successors). What is not
/// certainly public is not: loopback, private, link-local with the clouds' metadata services, carrier-grade NAT, multicast, reserved.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        // Azure's platform services answer on this one inside every virtual machine.
        IPNetwork.Parse("168.63.129.16/32"),
    ];

    // Only 2000::/3 is given out at all; inside it stand protocol assignments and Teredo, documentation, and 6to4, which hides an IPv4 address.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    internal static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Array.Exists(NotPublic4, network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0) return false;
        if (Nat64.Contains(address)) return Is(Embedded(address));
        return Global6.Contains(address) && !Array.Exists(NotPublic6, network => network.Contains(address));
    }

    // RFC 6052: the last four bytes are the IPv4 address that the translator will call.
    private static IPAddress Embedded(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return new IPAddress(bytes[12..]);
    }
}
