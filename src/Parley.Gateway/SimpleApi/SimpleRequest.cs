using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.SimpleApi;

/// <summary>The body of <c>/api/chat</c> or <c>/api/chat/vision</c>; its texts are slices of it.</summary>
/// <param name="ModelId">What is asked.</param>
/// <param name="Prompt">What it is asked.</param>
/// <param name="Image">The picture beside it; null for <c>/api/chat</c>.</param>
internal readonly record struct SimpleRequest(string ModelId, JsonString Prompt, SimpleImage? Image)
{
    /// <param name="body">The body.</param>
    /// <param name="isVision">True when there has to be a picture.</param>
    /// <param name="mostBytes">The largest picture.</param>
    /// <param name="request">What was read.</param>
    internal static GatewayError? Read(ReadOnlyMemory<byte> body, bool isVision, int mostBytes, out SimpleRequest request)
    {
        request = default;
        if (SimpleFields.ReadBody(body, out var root) is { } unreadable) return unreadable;
        if (SimpleFields.ReadText(root, "prompt"u8, out var prompt) is { } wrong) return wrong;
        if (SimpleFields.ReadModelId(root, out var modelId) is { } wrongId) return wrongId;
        request = new SimpleRequest(modelId, prompt, null);
        if (!isVision) return null;
        if (SimpleImage.Read(root, mostBytes, out var image) is { } wrongImage) return wrongImage;
        request = request with { Image = image };
        return null;
    }
}
