using System.Buffers.Text;
using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.SimpleApi;

/// <summary>The picture of <c>/api/chat/vision</c>: an address, or base64 with its media type.</summary>
/// <param name="Data">The address, or base64 without white space; as it stands in JSON.</param>
/// <param name="MediaType">Of base64; null for an address.</param>
internal readonly record struct SimpleImage(JsonString Data, string? MediaType)
{
    private const int LongestAddress = 8 * 1024;
    private const string DefaultType = "image/png";

    private static readonly string[] MediaTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <param name="root">The request's body.</param>
    /// <param name="mostBytes">The largest picture (<c>egress.media.maxBytes</c>), as for one that is fetched.</param>
    /// <param name="image">What was read.</param>
    internal static GatewayError? Read(JsonValue root, int mostBytes, out SimpleImage image)
    {
        image = default;
        if (SimpleFields.ReadText(root, "imageContent"u8, out var content) is { } missing) return missing;
        if (ReadType(root, out var type) is { } wrongType) return wrongType;
        var utf8 = content.ToUtf8();
        if (IsAddress(utf8.Span)) return ReadAddress(content, out image);

        var bytes = utf8.Span;
        if (!Base64.IsValid(bytes, out var length) || length == 0)
            return SimpleFields.Bad("'imageContent' is neither base64 nor an address that starts with http:// or https://. Send base64 alone, without a 'data:' in front.", "imageContent");
        if (length > mostBytes)
            return new GatewayError(GatewayErrorKind.BodyTooLarge, $"The image is larger than {mostBytes} bytes (egress.media.maxBytes). Send a smaller one.") { Param = "imageContent" };
        image = new SimpleImage(new JsonString(WithoutSpace(utf8)), type);
        return null;
    }

    private static GatewayError? ReadAddress(JsonString content, out SimpleImage image)
    {
        image = new SimpleImage(content, null);
        var isAddress = content.Span.Length <= LongestAddress && Uri.TryCreate(content.ToText(), UriKind.Absolute, out var address) && address.Host.Length > 0;
        return isAddress ? null : SimpleFields.Bad("'imageContent' is not a complete address.", "imageContent");
    }

    private static GatewayError? ReadType(JsonValue root, out string type)
    {
        type = DefaultType;
        var value = root.Member("imageMediaType"u8);
        if (value.IsNull) return null;
        var said = value.AsString().ToText();
        if (MediaTypes.FirstOrDefault(known => known.Equals(said, StringComparison.OrdinalIgnoreCase)) is not { } found)
            return SimpleFields.Bad($"'imageMediaType' must be one of {string.Join(", ", MediaTypes)}.", "imageMediaType");
        type = found;
        return null;
    }

    private static bool IsAddress(ReadOnlySpan<byte> text) =>
        StartsWith(text, "http://"u8) || StartsWith(text, "https://"u8);

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme) =>
        text.Length >= scheme.Length && System.Text.Ascii.EqualsIgnoreCase(text[..scheme.Length], scheme);

    // Tools that encode break it into lines; in an address made of data (data:image/png;base64,…) providers take none.
    private static ReadOnlyMemory<byte> WithoutSpace(ReadOnlyMemory<byte> base64)
    {
        if (base64.Span.IndexOfAny(" \t\r\n"u8) < 0) return base64;
        var dense = new byte[base64.Length];
        var length = 0;
        foreach (var one in base64.Span)
        {
            if (one > ' ') dense[length++] = one;
        }

        return dense.AsMemory(0, length);
    }
}
