using System.Text;
using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;
using Parley.Gateway.Hosting;

namespace Parley.Gateway.Configuration;

/// <summary>
/// Reads <c>.env</c>, <c>parley.json</c>, <c>models_config.json</c> and the variables into one <see cref="ParleyConfig"/>.
/// Everything that is wrong is reported at once; nothing is thrown for what an operator may write.
/// </summary>
public static class ConfigurationLoader
{
    private static readonly HashSet<string> EmptySet = [];

    /// <summary>Loads from <paramref name="sources"/>. Reads files; changes nothing.</summary>
    public static ConfigurationResult Load(ConfigurationSources sources) => Load(sources, [], null, EmptySet);

    /// <summary>Loads from <paramref name="sources"/>, and beneath the files from what was made over the admin API.</summary>
    /// <param name="sources">The files and variables.</param>
    /// <param name="stored">The entries of the admin API.</param>
    /// <param name="sameFiles">An earlier load whose files are taken as they were then; null to read them.</param>
    /// <param name="taken">Names that variables give no provider of.</param>
    internal static ConfigurationResult Load(ConfigurationSources sources, IReadOnlyList<StoredEntry> stored, ConfigurationResult? sameFiles, IReadOnlySet<string> taken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var files = new FileContents(sameFiles?.FileBytes);
        var problems = new ConfigurationProblems();
        List<string> loaded = [];
        var variables = Variables(sources, files, problems);

        // 1. The files, as trees that know their places.
        var config = Root(sources, files, sources.ConfigFile, sources.ConfigNamed, "--config or PARLEY_CONFIG", variables, expand: true, problems, loaded);
        var models = Root(sources, files, sources.ModelsFile, sources.ModelsNamed, "--models or PARLEY_MODELS", variables, expand: false, problems, loaded);

        // 2. Providers first, those of the variables beneath those of the file: models refer to them.
        var draft = new ConfigurationDraft();
        var directory = Path.GetDirectoryName(sources.ConfigFile) ?? sources.WorkingDirectory;
        ReadProviders(config, draft, directory);
        var entries = new StoredEntries(stored, variables, problems);
        entries.ReadProviders(draft, directory);
        var given = new VariableProviders(variables, problems).Read(draft.Providers).Where(provider => !taken.Contains(provider.Name)).ToList();
        foreach (var provider in given)
        {
            draft.Providers.Add(provider.Name, provider);
            draft.Add(VariableEntry.Of(provider));
        }

        // 3. Both catalogues, then what refers to them.
        if (config is not null)
            draft.AddModels(config, lenient: false);
        if (models is not null)
            draft.AddModels(models, lenient: true);
        if (config is not null)
            draft.AddAliases(config);
        entries.ReadModels(draft);
        entries.ReadAliases(draft);
        var merged = Merge(config, models, draft, variables);
        var result = merged with
        {
            Agents = ReadAgents(config, variables, problems),
            UserStorage = UserStorageVariable.Read(merged.UserStorage, variables, problems),
            OnlyVariableProvider = given.Count == 1 ? given[0].Name : null,
            HasNoFile = loaded.Count == 0,
        };
        ReferenceChecks.Run(config, result, draft);
        if (config is not null)
            AgentChecks.Run(config, result, draft);
        entries.CheckReferences(result, draft);
        if (VariableNames.Value(variables, VariableNames.AzureDeployment) is not null && result.ProxyDeployment is null)
            problems.Warning(VariableNames.AzureDeployment, "", 0, 0, $"has no effect because {VariableNames.AzureBase} is not set.");
        return new ConfigurationResult
        {
            Config = problems.Count == 0 ? result : null,
            Errors = problems.Errors,
            Warnings = problems.Warnings,
            Variables = variables,
            LoadedFiles = loaded,
            Entries = [.. draft.Entries],
            Stored = stored,
            Shadowed = entries.Shadowed,
            File = config?.Node,
            FileBytes = files.Read,
        };
    }

    private static Dictionary<string, string> Variables(ConfigurationSources sources, FileContents files, ConfigurationProblems problems)
    {
        var label = sources.Label(sources.EnvFile);
        var variables = Read(files, sources.EnvFile, label, problems) is { } bytes
            ? DotEnvFile.Parse(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), label, problems)
            : new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in sources.Environment)
            variables[name] = value;
        return variables;
    }

    private static SectionReader? Root(
        ConfigurationSources sources, FileContents files, string file, bool named, string option,
        Dictionary<string, string> variables, bool expand, ConfigurationProblems problems, List<string> loaded)
    {
        var label = sources.Label(file);
        var before = problems.Count;
        var bytes = Read(files, file, label, problems);
        if (bytes is null)
        {
            if (named && problems.Count == before)
                problems.Error(label, "", 0, 0, $"the file does not exist, and it was named by {option} or was there at the last load. Create it, or name another one.");
            return null;
        }

        loaded.Add(file);
        if (ConfigurationDocument.Parse(label, bytes, expand ? variables : null, problems) is not { } node)
            return null;
        var context = new ReadingContext(label, variables, problems);
        return expand
            ? new SectionReader(context, node, ConfigurationKeys.Root)
            : new SectionReader(context, node, ["models", "userStorage"], ignoreUnknown: true);
    }

    private static byte[]? Read(FileContents files, string file, string label, ConfigurationProblems problems)
    {
        try
        {
            return files.Of(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Error(label, "", 0, 0, $"cannot be read: {e.Message.TrimEnd('.')}. Check that it is a file that this user may read.");
            return null;
        }
    }

    private static void ReadProviders(SectionReader? config, ConfigurationDraft draft, string directory)
    {
        if (config?.Get("providers") is not { } node)
            return;
        if (node.Kind != ConfigurationNodeKind.Object)
            config.Error("providers", "must be an object of names: { \"openai\": { \"type\": \"openai\", … } }.");
        foreach (var member in node.Members)
        {
            draft.Add(new CatalogEntry(EntryKind.Provider, member.Name, EntryOrigin.File, $"{config.Context.File}:{member.Line}:{member.Column} {member.Value.Path}", member.Value));
            if (ProviderSection.Read(config.Context, member, directory) is { } provider)
                draft.Providers.Add(member.Name, provider);
        }
    }

    private static List<AgentConfig> ReadAgents(SectionReader? config, Dictionary<string, string> variables, ConfigurationProblems problems)
    {
        List<AgentConfig> agents = [];
        var node = config?.Get("agents");
        if (node is { Kind: not ConfigurationNodeKind.Object })
            config!.Error("agents", "must be an object of names: { \"search\": { \"kind\": \"foundry\", … } }.");
        foreach (var member in node?.Members ?? [])
        {
            if (AgentSection.Read(config!.Context, member) is { } agent)
                agents.Add(agent);
        }

        if (node?.Members.Exists(static member => member.Name == VariableAgent.Name) != true && VariableAgent.Read(variables, problems) is { } given)
            agents.Add(given);
        return agents;
    }

    // The one platform that is known to cut silent connections, and to say that it is there.
    private static TimeSpan HeartbeatOf(Dictionary<string, string> variables) =>
        AzureFunctions.PortOf(variables) is null ? TimeSpan.Zero : AzureFunctions.Heartbeat;

    private static ParleyConfig Merge(
        SectionReader? config, SectionReader? models, ConfigurationDraft draft, Dictionary<string, string> variables)
    {
        var context = config?.Context;
        T Section<T>(string name, Func<ReadingContext, ConfigurationNode, T> read, T otherwise) =>
            config?.Get(name) is { } node ? read(context!, node) : otherwise;
        var defaults = config?.Get("defaults") is { } found ? new SectionReader(context!, found, ConfigurationKeys.Defaults) : null;
        var empty = new ParleyConfig { Providers = draft.Providers, Models = draft.Models, Aliases = draft.Aliases };
        var surfaces = Section("surfaces", SmallSections.Surfaces, default);
        config?.String("$schema");
        return empty with
        {
            Keys = config?.Items("keys") is { } keys ? KeySection.Read(context!, keys) : [],
            Prompts = PromptsSection.Read(config, variables),
            DefaultModel = draft.DefaultModel(defaults?.String("model"), variables),
            SystemPrompt = VariableNames.Value(variables, VariableNames.OpenAIPrompt) ?? empty.SystemPrompt,
            DefaultFilesProvider = defaults?.String("files"),
            Limits = Section("limits", SmallSections.Limits, empty.Limits),
            Media = Section("egress", SmallSections.Media, empty.Media),
            Access = Section("access", AccessSection.Read, empty.Access),
            Webhook = Section("events", EventsSection.Read, null),
            Ledger = Section("ledger", SmallSections.Ledger, empty.Ledger),
            UnifiedPath = surfaces.UnifiedPath ?? empty.UnifiedPath,
            Heartbeat = surfaces.Heartbeat ?? HeartbeatOf(variables),
            EchoPassword = Section("users", SmallSections.EchoPassword, empty.EchoPassword),
            UserStorage = Section<UserStorageConfig?>("userStorage", static (c, node) => SmallSections.UserStorage(c, node, ignoreUnknown: false), null)
                ?? (models?.Get("userStorage") is { } storage ? SmallSections.UserStorage(models.Context, storage, ignoreUnknown: true) : null),
            ProxyDeployment = draft.Providers.ContainsKey(VariableProviders.Proxy)
                ? VariableNames.Value(variables, VariableNames.AzureDeployment)
                : null,
        };
    }
}
