namespace Parley.Simulator;

/// <summary>The padding OpenAI adds to stream events so that their sizes tell nothing; here it follows from the request.</summary>
internal static class Obfuscation
{
    public static string Of(SimulatedCall call, int index) => call.Hash.Substring(index % 32, 1 + (index * 7 % 16));
}
