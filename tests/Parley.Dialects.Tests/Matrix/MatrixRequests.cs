using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>The requests of the matrix, read.</summary>
internal static class MatrixRequests
{
    internal static Conversation Read(string folder, Dialect surface, string name)
    {
        var hints = surface == Dialect.GeminiContent ? new RequestHints(JsonString.From("asked-model"), name == "conversation") : default;
        return DialectCodecs.Of(surface).ReadRequest(JsonValue.Of(MatrixFiles.Read($"Requests/{folder}/{name}.json")), hints);
    }
}
