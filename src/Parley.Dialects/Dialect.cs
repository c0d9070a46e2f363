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

    /// <summary>Anthropic's <c>POST /v1/messages</c>, also of Claude on Azure.</summary>
    AnthropicMessages,

    /// <summary>AWS Bedrock's <c>POST /model/{id}/converse</c> and <c>/converse-stream</c>.</summary>
    BedrockConverse,

    /// <summary>Google's <c>POST /v1beta/models/{model}:generateContent</c> and <c>:streamGenerateContent</c>.</summary>
    GeminiContent,

    /// <summary>Google's <c>:embedContent</c> and <c>:batchEmbedContents</c>.</summary>
    GeminiEmbeddings,

    /// <summary>Amazon Titan's embeddings, by Bedrock's <c>/model/{id}/invoke</c>: one text a call.</summary>
    TitanEmbeddings,

    /// <summary>Cohere's embeddings, by Bedrock's <c>/model/{id}/invoke</c>.</summary>
    CohereEmbeddings,

    /// <summary>None that Parley reads: bytes that are passed on as they are (files, images, audio, raw calls). Dialects are stored by number: new ones come last.</summary>
    Opaque,
}
