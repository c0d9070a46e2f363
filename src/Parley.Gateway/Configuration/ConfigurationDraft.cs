using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration;

/// <summary>What the files gave so far, with the places that the checks across sections and files need.</summary>
internal sealed class ConfigurationDraft
{
    // Name → place.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _fileNames = new(StringComparer.Ordinal);
    private readonly Dictionary<(EntryKind, string), CatalogEntry> _entries = [];
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    public Dictionary<string, ProviderConfig> Providers { get; } = new(StringComparer.Ordinal);

    public List<ModelConfig> Models { get; } = [];

    /// <summary>All that was written, of every origin, also what turned out to be wrong.</summary>
    public IReadOnlyCollection<CatalogEntry> Entries => _entries.Values;

    public List<AliasConfig> Aliases { get; } = [];

    /// <summary>Adds the entries of one file's <c>models</c>; an id or alias that is taken already is an error naming both places.</summary>
    public void AddModels(SectionReader file, bool lenient)
    {
        var reader = new ModelSection(file.Context, Providers, lenient);
        foreach (var node in file.Items("models") ?? [])
        {
            if (reader.Read(node) is not { } model)
                continue;
            Add(new CatalogEntry(EntryKind.Model, model.ModelId, lenient ? EntryOrigin.ModelsConfig : EntryOrigin.File, file.Context.Place(node), node));
            AddModel(model, file.Context, node, isFile: true);
        }
    }

    /// <summary>Adds one model and its names.</summary>
    public void AddModel(ModelConfig model, ReadingContext context, ConfigurationNode node, bool isFile)
    {
        Models.Add(model);
        foreach (var name in model.Aliases.Prepend(model.ModelId))
        {
            var place = context.Place(node);
            if (!_names.TryAdd(name, place))
                context.Error(node, $"\"{Shown(node, name)}\" is already the id or an alias of {_names[name]}. Give one of them another name.");
            else if (isFile)
                _fileNames.Add(name, place);
        }
    }

    /// <summary>One of a model's names as messages quote it.</summary>
    private static string Shown(ConfigurationNode model, string name) =>
        model.Members.Where(static member => member.Name is "modelId" or "aliases")
            .SelectMany(static member => member.Value.Items.Prepend(member.Value))
            .FirstOrDefault(written => written.Text == name)?.Shown ?? name;

    /// <summary>Where an entry is written; null when there is none.</summary>
    public string? PlaceOf(EntryKind kind, string id) => _entries.GetValueOrDefault((kind, id))?.Place;

    /// <summary>What is written for an entry; null when there is none.</summary>
    public ConfigurationNode? NodeOf(EntryKind kind, string id) => _entries.GetValueOrDefault((kind, id))?.Node;

    /// <summary>Lists an entry; of two with one name, which is an error told elsewhere, the first.</summary>
    public void Add(CatalogEntry entry) => _entries.TryAdd((entry.Kind, entry.Id), entry);

    /// <summary>Where a file has this name of a model or alias; null when none has.</summary>
    public string? PlaceOfFileName(string name) => _fileNames.GetValueOrDefault(name);

    /// <summary>Adds the file's <c>aliases</c>; after the models of all files, whose names they must not take.</summary>
    public void AddAliases(SectionReader file)
    {
        if (file.Get("aliases") is not { } node)
            return;
        if (node.Kind != ConfigurationNodeKind.Object)
            file.Error("aliases", $"must be an object of names, not {SectionReader.Kind(node)}: {{ \"chat\": \"gpt-4o\" }}.");
        foreach (var member in node.Members)
        {
            if (AliasSection.Read(file.Context, member) is not { } alias)
                continue;
            var place = $"{file.Context.File}:{member.Line}:{member.Column} {member.Value.Path}";
            Add(new CatalogEntry(EntryKind.Alias, alias.Name, EntryOrigin.File, place, member.Value));
            AddAlias(alias, file.Context, member, place, isFile: true);
        }
    }

    /// <summary>Adds one alias and its name.</summary>
    public void AddAlias(AliasConfig alias, ReadingContext context, ConfigurationMember member, string place, bool isFile)
    {
        Aliases.Add(alias);
        if (_names.TryGetValue(alias.Name, out var other))
        {
            context.Problems.Error(context.File, member.Value.Path, member.Line, member.Column,
                $"\"{alias.Name}\" is already the id or an alias of {other}. Give one of them another name.");
            return;
        }

        _aliases[alias.Name] = place;
        if (isFile)
            _fileNames.TryAdd(alias.Name, place);
    }

    /// <summary>True for the id of a model or another name of one, as it is written.</summary>
    public bool IsModel(string name) => _names.ContainsKey(name);

    /// <summary>Where an alias is written; null when the name is none.</summary>
    public string? AliasPlace(string name) => _aliases.GetValueOrDefault(name);

    /// <summary>True when a name leads somewhere by the lookup of contracts §7.</summary>
    public bool Resolves(string name) =>
        _names.ContainsKey(name)
        || _aliases.ContainsKey(name)
        || name == "parley/echo"
        || _names.Keys.Any(known => WildcardName.Matches(known, name))
        || Providers.Values.Any(provider => provider.Deployments.ContainsKey(name)
            || (provider.Type == ProviderType.AzureOpenAI && name.StartsWith("azure/", StringComparison.Ordinal))
            || name.StartsWith(provider.Name + "/", StringComparison.Ordinal) || name.StartsWith(provider.TypeName + "/", StringComparison.Ordinal));

    public IEnumerable<string> ModelNames => _names.Keys;

    public IEnumerable<string> Names => _names.Keys.Concat(_aliases.Keys);

    /// <summary><c>defaults.model</c>, else the deployment of OPENAI_MODEL_DEPLOYMENT_NAME, else the first model that is no wildcard.</summary>
    public string? DefaultModel(string? written, IReadOnlyDictionary<string, string> variables)
    {
        if (written is not null)
            return written;
        if (VariableNames.Value(variables, VariableNames.OpenAIDeployment) is { } deployment)
        {
            // The plain name is what a key may use without being given the whole provider; a name that another entry has needs the prefix.
            var elsewhere = _names.ContainsKey(deployment) || _aliases.ContainsKey(deployment)
                || Providers.Values.Any(provider => provider.Name != VariableProviders.Wrapper && provider.Deployments.ContainsKey(deployment));
            return Providers.ContainsKey(VariableProviders.Wrapper) && elsewhere ? $"{VariableProviders.Wrapper}/{deployment}" : deployment;
        }

        // A wildcard is no model that could be asked for.
        return Models.Find(static model => !WildcardName.Is(model.ModelId))?.ModelId;
    }
}
