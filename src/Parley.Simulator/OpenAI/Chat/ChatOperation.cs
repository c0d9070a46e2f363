namespace Parley.Simulator;

/// <summary>POST …/chat/completions.</summary>
internal static class ChatOperation
{
    // What OpenAI allows as n.
    private const int MostChoices = 128;

    public static SimulatedReply Answer(SimulatedCall call, SimulatorState state)
    {
        if ((ChatRules.Check(call) ?? FileReferences.Check(call, state)) is { } refusal)
            return refusal.ToReply(call);
        var prompt = ChatPrompt.Read(call);
        var choices = Math.Min(call.Body.FindInt("n") ?? 1, MostChoices);
        var answers = Enumerable.Range(0, choices).Select(choice => AnswerComposer.Compose(call, prompt, choice)).ToArray();
        return call.Body.FindBool("stream") is true
            ? SimulatedReply.Stream(new ChatStream(call, answers).Events())
            : new SimulatedReply { Body = ChatCompletion.Write(call, answers) };
    }
}
