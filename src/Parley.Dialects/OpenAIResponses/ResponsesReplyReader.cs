using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Reads a whole response.</summary>
internal static class ResponsesReplyReader
{
    internal static void Read(JsonValue body, IReplySink sink)
    {
        if (!body.Member("output"u8).IsArray && !body.Member("status"u8).IsString)
        {
            sink.Accept(ResponsesError.Read(body));
            return;
        }

        new ResponsesAssembler().End(body, sink);
    }
}
