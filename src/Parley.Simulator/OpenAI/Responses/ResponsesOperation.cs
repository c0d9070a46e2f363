namespace Parley.Simulator;

/// <summary>POST …/responses, GET and DELETE …/responses/{id}.</summary>
internal static class ResponsesOperation
{
    public static SimulatedReply Answer(SimulatedCall call, SimulatorState state)
    {
        var store = state.Responses;
        if ((ResponsesRules.Check(call, store) ?? FileReferences.Check(call, state)) is { } refusal)
            return refusal.ToReply(call);
        var previous = call.Body.FindString("previous_response_id") is { } id ? store.Find(id) : null;
        var prompt = ResponsesPrompt.Read(call, previous);
        var answer = AnswerComposer.Compose(call, prompt);
        var document = new ResponseDocument(call, answer, OutputItems.Of(call, answer));
        if (call.Body.FindBool("store") is not false)
            store.Add(document.Id, new StoredResponse(document.ToJson(), prompt.LastUserText, answer.Usage.Total));
        return call.Body.FindBool("stream") is true
            ? SimulatedReply.Stream(new ResponseStream(call, document).Events())
            : new SimulatedReply { Body = document.ToJson() };
    }

    public static SimulatedReply Retrieve(SimulatedCall call, ResponseStore store) =>
        store.Find(call.PathName!) is { } stored ? new SimulatedReply { Body = stored.Body } : NotFound(call);

    public static SimulatedReply Delete(SimulatedCall call, ResponseStore store)
    {
        if (!store.Remove(call.PathName!))
            return NotFound(call);
        return new SimulatedReply
        {
            Body = Json.Write(call.PathName!, static (writer, id) =>
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("object", "response");
                writer.WriteBoolean("deleted", true);
                writer.WriteEndObject();
            }),
        };
    }

    private static SimulatedReply NotFound(SimulatedCall call) => new Refusal(404, $"Response with id '{call.PathName}' not found.").ToReply(call);
}
