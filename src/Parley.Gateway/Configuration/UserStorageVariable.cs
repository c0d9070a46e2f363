using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Users.Tables;

namespace Parley.Gateway.Configuration;

/// <summary>The variable that decides where users live (contracts §1): with a value in Azure Table Storage, also where no file says so.</summary>
internal static class UserStorageVariable
{
    /// <param name="written"><c>userStorage</c> of a file; null when there is none.</param>
    /// <param name="variables">The environment and <c>.env</c>.</param>
    /// <param name="problems">Gets an error for a value that is no connection string, a warning when <c>userStorage</c> was asked for and there is no value.</param>
    public static UserStorageConfig? Read(UserStorageConfig? written, IReadOnlyDictionary<string, string> variables, ConfigurationProblems problems)
    {
        var config = written ?? new UserStorageConfig();
        var variable = config.ConnectionStringVariable;
        if (VariableNames.Value(variables, variable) is not { } value)
        {
            if (written is not null)
                problems.Warning(variable, "", 0, 0, "is not set, so users live in the embedded database and not in Azure Table Storage, as userStorage asks. Set it, or remove userStorage.");
            return written;
        }

        if (TableAccount.Parse(value, out var problem) is not null)
            return config with { ConnectionString = new Secret(value) };
        problems.Error(variable, "", 0, 0, $"{problem} Users would live there; userStorage.connectionStringEnvVar can name another variable.");
        return written;
    }
}
