namespace Parley.Simulator;

internal enum Operation
{
    ChatCompletions,
    Responses,
    RetrieveResponse,
    DeleteResponse,
    Embeddings,
    ListModels,
    RetrieveModel,
    Messages,
    CountMessageTokens,
    ListClaudeModels,
    RetrieveClaudeModel,
    GenerateContent,
    StreamGenerateContent,
    CountContentTokens,
    EmbedContent,
    BatchEmbedContents,
    ListGeminiModels,
    RetrieveGeminiModel,
    Converse,
    ConverseStream,
    InvokeModel,
}
