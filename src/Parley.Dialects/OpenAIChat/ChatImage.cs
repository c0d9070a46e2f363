using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes an image that the model made, in OpenRouter's extension <c>images</c>; OpenAI's chat completions make none.</summary>
internal static class ChatImage
{
    internal static void Write(JsonOutput json, MediaPart image, JsonValue raw)
    {
        if (raw.HasValue)
        {
            json.Value(raw);
            return;
        }

        json.BeginObject().Member("type"u8, "image_url"u8).BeginObject("image_url"u8).Name("url"u8);
        if (image.Source == MediaSourceKind.Base64)
        {
            json.BeginString().Piece("data:"u8).Piece(image.MediaType.IsEmpty ? "image/png"u8 : image.MediaType.Span).Piece(";base64,"u8)
                .Piece(image.Data.Span).EndString();
        }
        else json.Value(image.Data);

        json.EndObject().EndObject();
    }
}
