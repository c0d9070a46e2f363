namespace Parley.Simulator;

/// <summary>The simulator as a program of its own. Not a top-level program: its generated type would collide with those of the programs that reference it.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => SimulatorCommand.RunAsync(args, Console.Out, Console.Error);
}
