using System.Buffers;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.SimpleApi;

/// <summary>What <c>/api/chat</c> and <c>/api/chat/vision</c> do, without their HTTP: one prompt to one model, with or without a picture.</summary>
internal sealed class SimpleChat(ModelCalls calls, SnapshotHolder snapshots)
{
    private static readonly Surface Surface = new("/api", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.Simple) { SendsTemperature = true };

    /// <summary>Asks the model.</summary>
    internal async Task<TextAnswer> AskAsync(CallOrigin origin, SimpleRequest request, CancellationToken cancellation)
    {
        if (request.Image is not null && SimpleModels.HasVision(snapshots.Current.Catalog, origin.Caller, request.ModelId) == false)
            return new TextAnswer(SimpleFields.Bad($"The model '{request.ModelId}' takes no images. GET /api/models says of each model whether it does (supportsVision).", "modelId"), "", FinishReason.None, new HeaderDictionary());
        var answer = await calls.AskAsync(origin, Surface, Write(request.ModelId, request.Prompt, request.Image), cancellation);
        return WithheldAnswer.OrError(answer);
    }

    private static ReadOnlyMemory<byte> Write(string modelId, JsonString prompt, SimpleImage? image)
    {
        var body = new ArrayBufferWriter<byte>(prompt.Span.Length + (image?.Data.Span.Length ?? 0) + 512);
        var output = new JsonOutput(body).BeginObject().Member("model"u8, JsonString.From(modelId)).BeginArray("messages"u8);
        output.BeginObject().Member("role"u8, "user"u8);
        if (image is { } picture)
        {
            output.BeginArray("content"u8).BeginObject().Member("type"u8, "text"u8).Member("text"u8, prompt).EndObject();
            output.BeginObject().Member("type"u8, "image_url"u8).BeginObject("image_url"u8).Name("url"u8).BeginString();
            if (picture.MediaType is { } type) output.Piece("data:"u8).Piece(System.Text.Encoding.ASCII.GetBytes(type)).Piece(";base64,"u8);
            output.Piece(picture.Data.Span).EndString().EndObject().EndObject().EndArray();
        }
        else
        {
            output.Member("content"u8, prompt);
        }

        output.EndObject().EndArray().EndObject();
        return body.WrittenMemory;
    }
}
