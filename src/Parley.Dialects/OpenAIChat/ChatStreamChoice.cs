namespace Parley.Dialects.OpenAIChat;

/// <summary>What a stream of chunks remembers of a choice.</summary>
internal sealed class ChatStreamChoice
{
    internal int Index { get; init; }

    internal int Calls { get; set; }

    internal int Thoughts { get; set; }

    /// <summary>The characters of its content so far.</summary>
    internal int Length { get; set; }

    internal bool HasRefusal { get; set; }
}
