using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>The sections of a few keys each: <c>limits</c>, <c>egress</c>, <c>ledger</c>, <c>surfaces</c>, <c>users</c>, <c>userStorage</c>.</summary>
internal static class SmallSections
{
    private static readonly Dictionary<string, LedgerCommit> Commits = new()
    {
        ["journal"] = LedgerCommit.Journal,
        ["database"] = LedgerCommit.Database,
    };

    private static readonly Dictionary<string, LedgerFailure> Failures = new()
    {
        ["refuse"] = LedgerFailure.Refuse,
        ["serve"] = LedgerFailure.Serve,
    };

    // Paths of other surfaces: two surfaces on one prefix would shadow each other.
    private static readonly string[] TakenPaths =
        ["/v1", "/openai", "/openai/v1", "/api", "/api/v1", "/v1beta", "/anthropic", "/genai", "/admin", "/parley", "/mcp", "/raw", "/chat", "/health"];

    public static LimitsConfig Limits(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Limits);
        var defaults = new LimitsConfig();
        var limits = new LimitsConfig
        {
            // A body lies in one piece of memory, which .NET ends at 2 GB.
            BodyBytes = section.Long("bodyBytes", defaults.BodyBytes, 1024, 1024L * 1024 * 1024),
            UploadBytes = section.Long("uploadBytes", defaults.UploadBytes, 1024, 1024L * 1024 * 1024 * 1024),
            BufferedBytes = section.Long("bufferedBytes", defaults.BufferedBytes, 1024, 1024L * 1024 * 1024 * 1024),
        };
        if (limits.BufferedBytes < limits.BodyBytes)
        {
            section.Error("bufferedBytes", string.Create(CultureInfo.InvariantCulture,
                $"is {limits.BufferedBytes}, less than one body may have (bodyBytes is {limits.BodyBytes}). Raise it, or lower bodyBytes."));
        }

        return limits;
    }

    /// <summary><c>egress.media</c>.</summary>
    public static MediaConfig Media(ReadingContext context, ConfigurationNode node)
    {
        var defaults = new MediaConfig();
        if (new SectionReader(context, node, ConfigurationKeys.Egress).Get("media") is not { } media)
            return defaults;
        var section = new SectionReader(context, media, ConfigurationKeys.Media);
        return new MediaConfig
        {
            Enabled = section.Bool("enabled") ?? defaults.Enabled,
            MaxBytes = section.Int("maxBytes", defaults.MaxBytes, 1024, 1024 * 1024 * 1024),
            TimeoutSeconds = section.Int("timeoutSeconds", defaults.TimeoutSeconds, 1, 600),
            AllowPrivate = section.Bool("allowPrivate") ?? defaults.AllowPrivate,
        };
    }

    public static LedgerConfig Ledger(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Ledger);
        return new LedgerConfig
        {
            Commit = section.Choice("commit", Commits) ?? LedgerCommit.Journal,
            OnFailure = section.Choice("onFailure", Failures) ?? LedgerFailure.Refuse,
        };
    }

    /// <summary><c>surfaces.unified.path</c> and <c>surfaces.heartbeatSeconds</c>, null where they are not written.</summary>
    public static (string? UnifiedPath, TimeSpan? Heartbeat) Surfaces(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Surfaces);
        return (
            section.Get("unified") is { } unified ? UnifiedPath(context, unified) : null,
            section.OptionalInt("heartbeatSeconds", 0, 600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    private static string? UnifiedPath(ReadingContext context, ConfigurationNode unified)
    {
        var section = new SectionReader(context, unified, ConfigurationKeys.Unified);
        if (section.String("path") is not { } path)
            return null;
        var trimmed = path.TrimEnd('/');
        if (!trimmed.StartsWith('/') || trimmed.Contains("//", StringComparison.Ordinal)
            || !trimmed.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.'))
            section.Error("path", $"\"{section.Shown("path")}\" is not a path prefix. Write it as /llm/v1: letters, digits, - _ . and single slashes.");
        else if (TakenPaths.Contains(trimmed))
            section.Error("path", $"{section.Shown("path")} belongs to another surface. Choose another prefix, such as /llm/v1.");
        return trimmed;
    }

    public static bool EchoPassword(ReadingContext context, ConfigurationNode node) =>
        new SectionReader(context, node, ConfigurationKeys.Users).Bool("echoPassword") ?? true;

    public static UserStorageConfig UserStorage(ReadingContext context, ConfigurationNode node, bool ignoreUnknown)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.UserStorage, ignoreUnknown: ignoreUnknown);
        var defaults = new UserStorageConfig();
        var table = section.String("tableName") ?? defaults.TableName;
        // Azure: 3 to 63 alphanumeric characters that begin with a letter.
        if (table.Length is < 3 or > 63 || !char.IsAsciiLetter(table[0]) || !table.All(char.IsAsciiLetterOrDigit))
            section.Error("tableName", $"\"{section.Shown("tableName")}\" is not a table name. Azure takes 3 to 63 letters and digits that begin with a letter.");
        return new UserStorageConfig
        {
            TableName = table,
            PartitionKey = section.String("partitionKey") ?? defaults.PartitionKey,
            ConnectionStringVariable = section.String("connectionStringEnvVar") ?? defaults.ConnectionStringVariable,
        };
    }
}
