namespace Parley.Dialects;

/// <summary>A wire format that clients and providers speak. A provider lists the dialects it takes, preferred first.</summary>
public enum Dialect
{
    /// <summary>OpenAI's <c>POST /chat/completions</c>.</summary>
    OpenAIChat,

    /// <summary>OpenAI's <c>POST /responses</c>.</summary>
    OpenAIResponses,

    /// <summary>OpenAI's <c>POST /embeddings</c>: a small shape of its own, never translated into a conversation.</summary>
    OpenAIEmbeddings,
}
