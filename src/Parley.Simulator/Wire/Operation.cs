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
}
