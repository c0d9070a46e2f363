namespace Parley.Load;

/// <summary>
/// How the generator's own sockets work: completions run on the thread that polls, which halves its cost and steadies its clock.
/// </summary>
internal static class GeneratorSockets
{
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Takes effect when called before the first socket is made.</summary>
    public static void RunInline() => Environment.SetEnvironmentVariable(InlineCompletions, "1");
}
