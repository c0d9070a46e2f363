namespace Parley.Simulator;

internal sealed record AnswerToolCall(string Id, string Name, string Arguments);
