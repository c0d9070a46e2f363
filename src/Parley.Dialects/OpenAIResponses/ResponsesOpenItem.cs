using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>An output item that is being read. Keeps its own copy of what its parts need.</summary>
internal sealed class ResponsesOpenItem
{
    internal JsonString Id { get; init; }

    internal JsonString Phase { get; init; }

    /// <summary>The item, when it has members that our model does not name.</summary>
    internal JsonValue Raw { get; init; }

    internal List<ResponsesOpenPart> Parts { get; } = [];

    internal bool IsDone { get; set; }
}
