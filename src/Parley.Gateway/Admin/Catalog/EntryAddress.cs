using System.Buffers;
using System.Text.Json;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Where and as what a provider's secrets are sent.</summary>
internal static class EntryAddress
{
    private static readonly string[][] Places =
        [["type"], ["baseUrl"], ["endpoint"], ["endpoints"], ["http", "proxy"], ["auth", "kind"], ["auth", "name"], ["auth", "tenantId"]];

    /// <summary>The places, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Places.Select(static place => string.Join('.', place)));

    /// <summary>True when a secret of <paramref name="before"/> would go somewhere else with <paramref name="posted"/>.</summary>
    public static bool Differs(ConfigurationNode posted, ConfigurationNode before) =>
        Places.Any(place => !Text(posted, place).SequenceEqual(Text(before, place)));

    // As written: null and absent are the same, and nothing else is judged to be.
    private static byte[] Text(ConfigurationNode entry, string[] place)
    {
        var node = place.Aggregate((ConfigurationNode?)entry, EntryText.Member);
        if (node is null or { Kind: ConfigurationNodeKind.Null }) return [];
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) EntryText.WriteShown(writer, node, ShownKeys.All);
        return buffer.WrittenSpan.ToArray();
    }
}
