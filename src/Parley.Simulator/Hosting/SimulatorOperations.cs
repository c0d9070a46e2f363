namespace Parley.Simulator;

/// <summary>Which operation answers a call whose route, credential and body are settled.</summary>
internal static class SimulatorOperations
{
    public static SimulatedReply Answer(SimulatedCall call, SimulatorState state) => call.Operation switch
    {
        Operation.ChatCompletions => ChatOperation.Answer(call, state),
        Operation.Responses when AgentResponsesOperation.IsFor(call) => AgentResponsesOperation.Answer(call, state),
        Operation.Responses => ResponsesOperation.Answer(call, state),
        Operation.RetrieveResponse => ResponsesOperation.Retrieve(call, state.Responses),
        Operation.DeleteResponse => ResponsesOperation.Delete(call, state.Responses),
        Operation.Embeddings => EmbeddingsOperation.Answer(call),
        Operation.ListModels => ModelsOperation.List(call),
        Operation.RetrieveModel => ModelsOperation.Retrieve(call),
        Operation.Messages => MessagesOperation.Answer(call),
        Operation.CountMessageTokens => MessagesOperation.CountTokens(call),
        Operation.ListClaudeModels => ClaudeModelsOperation.List(),
        Operation.RetrieveClaudeModel => ClaudeModelsOperation.Retrieve(call),
        Operation.GenerateContent or Operation.StreamGenerateContent => GenerateContentOperation.Answer(call),
        Operation.CountContentTokens => GenerateContentOperation.CountTokens(call),
        Operation.EmbedContent or Operation.BatchEmbedContents => EmbedContentOperation.Answer(call),
        Operation.ListGeminiModels => GeminiModelsOperation.List(),
        Operation.RetrieveGeminiModel => GeminiModelsOperation.Retrieve(call),
        Operation.Converse or Operation.ConverseStream => ConverseOperation.Answer(call),
        Operation.InvokeModel => InvokeModelOperation.Answer(call),
        Operation.RetrieveAssistant => ThreadsOperation.RetrieveAssistant(call),
        Operation.CreateThread => ThreadsOperation.Create(call, state),
        Operation.RetrieveThread => ThreadsOperation.Retrieve(call, state),
        Operation.DeleteThread => ThreadsOperation.Delete(call, state),
        Operation.CreateThreadMessage => ThreadsOperation.CreateMessage(call, state),
        Operation.ListThreadMessages => ThreadsOperation.ListMessages(call, state),
        Operation.CreateRun => RunsOperation.Create(call, state),
        Operation.CreateThreadAndRun => RunsOperation.CreateWithThread(call, state),
        Operation.RetrieveRun => RunsOperation.Retrieve(call, state),
        Operation.CancelRun => RunsOperation.Cancel(call, state),
        Operation.ListRunSteps => RunsOperation.ListSteps(call, state),
        Operation.CreateAgent => AgentsOperation.Create(call, state),
        Operation.RetrieveAgent => AgentsOperation.Retrieve(call, state),
        Operation.CreateConversation => ConversationsOperation.Create(call, state),
        Operation.RetrieveConversation => ConversationsOperation.Retrieve(call, state),
        Operation.DeleteConversation => ConversationsOperation.Delete(call, state),
        Operation.ListConversationItems => ConversationsOperation.ListItems(call, state),
        Operation.UploadFile => FilesOperation.Create(call, state),
        Operation.ListFiles => FilesOperation.List(call, state),
        Operation.RetrieveFile => FilesOperation.Retrieve(call, state),
        Operation.DeleteFile => FilesOperation.Delete(call, state),
        Operation.FileContent => FilesOperation.Content(call, state),
        Operation.CreateBatch => BatchesOperation.Create(call, state),
        Operation.ListBatches => BatchesOperation.List(call, state),
        Operation.RetrieveBatch => BatchesOperation.Retrieve(call, state, inner => AnswerInside(inner, state)),
        Operation.CancelBatch => BatchesOperation.Cancel(call, state),
        _ => throw new InvalidOperationException($"No answer to {call.Operation}."),
    };

    // A request inside a batch has no fault but the one its model names.
    private static SimulatedReply AnswerInside(SimulatedCall call, SimulatorState state)
    {
        call.Fault = FaultChoice.FromModel(call.Model) ?? FaultChoice.None;
        return call.Fault.Fault.Kind == SimulatorFaultKind.Status ? StatusFaults.Reply(call, call.Options.TimeProvider) : Answer(call, state);
    }
}
