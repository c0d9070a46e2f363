namespace Parley.Dialects.OpenAIChat;

/// <summary>The member of a chunk's delta that a part's pieces go into.</summary>
internal enum ChatStreamMember
{
    /// <summary>A part that comes whole.</summary>
    None,
    Content,
    Refusal,
    Arguments,
    Input,
    FunctionCall,
    Reasoning,

    /// <summary>A part that cannot be said, reported when it started.</summary>
    Lost,
}
