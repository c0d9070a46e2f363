namespace Parley.Simulator;

/// <summary>Classic agents' runs: made, asked for, cancelled, and their steps.</summary>
internal static class RunsOperation
{
    public static SimulatedReply CreateWithThread(SimulatedCall call, SimulatorState state)
    {
        var body = call.Body.Find("thread") ?? default;
        if ((ThreadRules.Run(call.Body) ?? ThreadRules.Thread(body, "thread.")) is { } refusal)
            return refusal.ToReply(call);
        var thread = ThreadsOperation.Create(call, state, body);
        lock (thread.Gate)
            return Start(call, state, thread, withThread: true);
    }

    public static SimulatedReply Create(SimulatedCall call, SimulatorState state)
    {
        if (state.Threads.Find(call.PathName) is not { } thread)
            return ThreadsOperation.NotFound(call);
        if (ThreadRules.Run(call.Body) is { } refusal)
            return refusal.ToReply(call);
        lock (thread.Gate)
        {
            return thread.Active is { } active
                ? new Refusal(400, $"Thread {thread.Id} already has an active run {active.Id}.").ToReply(call)
                : Start(call, state, thread, withThread: false);
        }
    }

    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state) => WithRun(call, state, (thread, run) =>
    {
        var before = run.Status;
        run.Poll(call.Options.PollsUntilDone);
        if (run.Status != before)
            AddAnswer(thread, run);
        return SimulatedReply.Json(run.Write());
    });

    public static SimulatedReply Cancel(SimulatedCall call, SimulatorState state) => WithRun(call, state, (_, run) =>
    {
        if (run.Ended)
            return new Refusal(400, $"Cannot cancel run with status '{run.Status}'.").ToReply(call);
        run.Cancel();
        return SimulatedReply.Json(run.Write());
    });

    public static SimulatedReply ListSteps(SimulatedCall call, SimulatorState state) =>
        WithRun(call, state, (_, run) => ListPage.Reply(call, RunSteps.Of(run), step => step.Id, step => step.Step));

    /// <summary>What an ended run leaves in its thread: the answer, or the part of it there is.</summary>
    public static void AddAnswer(AgentThread thread, AgentRun run)
    {
        // A streamed run that is also asked for may reach its end twice.
        if (run.Status is "completed" or "incomplete" && thread.Messages.All(message => message.Id != run.MessageId))
            thread.Add(Answer(run));
    }

    public static ThreadMessage Answer(AgentRun run)
    {
        var cut = run.Fate.Ending is "incomplete" or "failed" or "expired" or "cancelled" or "stuck";
        var answer = cut ? run.Answer.Half() : run.Answer;
        return new ThreadMessage(run.MessageId, run.ThreadId, run.Created, "assistant", [answer.Text])
        {
            Run = run,
            Answer = answer,
            Incomplete = !cut ? null : run.Fate.Ending switch
            {
                "incomplete" => run.IncompleteReason == "content_filter" ? "content_filter" : "max_tokens",
                "failed" => "run_failed",
                "expired" => "run_expired",
                _ => "run_cancelled",
            },
        };
    }

    private static SimulatedReply Start(SimulatedCall call, SimulatorState state, AgentThread thread, bool withThread)
    {
        var body = call.Body;
        var assistant = body.FindString("assistant_id")!;
        var choice = body.FindString("tool_choice") ?? body.Find("tool_choice")?.FindString("type");
        var question = thread.Messages.LastOrDefault(message => message.Role == "user")?.Text ?? "";
        var run = new AgentRun(state.NewId("run_", 24), thread.Id, assistant, call.Created, AgentAnswer.Compose(call.Options, assistant, question, choice),
            thread.Messages.Sum(message => Tokens.Count(message.Text)))
        {
            MessageId = state.NewId("msg_", 24),
            StepId = state.NewId("step_", 24),
            ToolStepId = state.NewId("step_", 24),
            ToolCallId = state.NewId("call_", 24),
            Instructions = body.FindString("instructions"),
            Metadata = body.FindNode("metadata"),
            ToolChoice = body.FindNode("tool_choice"),
        };
        thread.Add(run);
        if (body.FindBool("stream") is not true)
            return SimulatedReply.Json(run.Write());
        // A run that never ends is a stream that stops in the middle of the text.
        if (run.Fate.Ending == "stuck" && call.Fault.Name == "none")
            call.Fault = new FaultChoice(SimulatorFault.Get("stall"), RunStream.EventsBeforeStuck(run, withThread));
        return SimulatedReply.Stream(new RunStream(thread, run, withThread).Events());
    }

    private static SimulatedReply WithRun(SimulatedCall call, SimulatorState state, Func<AgentThread, AgentRun, SimulatedReply> answer)
    {
        if (state.Threads.Find(call.PathName) is not { } thread)
            return ThreadsOperation.NotFound(call);
        lock (thread.Gate)
            return thread.Run(call.PathChild) is { } run ? answer(thread, run) : FoundryRefusal.Unknown("run", call.PathChild).ToReply(call);
    }
}
