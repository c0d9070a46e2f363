namespace Parley.Gateway.Hosting;

/// <summary>Azure Functions as a place to run: its host gives a custom handler a port by a variable, which nobody else sets (custom handlers of Azure Functions).</summary>
public static class AzureFunctions
{
    // The second name is that of older hosts.
    private static readonly string[] PortVariables = ["FUNCTIONS_CUSTOMHANDLER_PORT", "FUNCTIONS_HTTPWORKER_PORT"];

    /// <summary>The variables that hold the port.</summary>
    public static IReadOnlyList<string> Variables => PortVariables;

    /// <summary>Its front end cuts a connection after 230 s without a byte; a streamed answer gets a comment after this.</summary>
    public static TimeSpan Heartbeat { get; } = TimeSpan.FromSeconds(15);

    /// <summary>The port that the host gives; null where Parley does not run on Azure Functions.</summary>
    public static string? PortOf(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return PortVariables.Select(name => variables.GetValueOrDefault(name)?.Trim()).FirstOrDefault(static port => port is { Length: > 0 });
    }
}
