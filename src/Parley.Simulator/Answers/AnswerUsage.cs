namespace Parley.Simulator;

/// <summary>Tokens as OpenAI counts them: cached ones inside the input, reasoning ones inside the output.</summary>
internal sealed record AnswerUsage(int Input, int Cached, int Output, int Reasoning)
{
    public int Total => Input + Output;
}
