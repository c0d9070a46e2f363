using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration;

/// <summary>What the files gave so far, with the places that the checks across sections and files need.</summary>
internal sealed class ConfigurationDraft
{
    // Name → place.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    public Dictionary<string, ProviderConfig> Providers { get; } = new(StringComparer.Ordinal);

    public List<ModelConfig> Models { get; } = [];

    public List<AliasConfig> Aliases { get; } = [];

    /// <summary>Adds the entries of one file's <c>models</c>; an id or alias that is taken already is an error naming both places.</summary>
    public void AddModels(SectionReader file, bool lenient)
    {
        var reader = new ModelSection(file.Context, Providers, lenient);
        foreach (var node in file.Items("models") ?? [])
        {
            if (reader.Read(node) is not { } model)
                continue;
            Models.Add(model);
            foreach (var name in model.Aliases.Prepend(model.ModelId))
            {
                if (!_names.TryAdd(name, file.Context.Place(node)))
                    file.Context.Error(node, $"\"{name}\" is already the id or an alias of {_names[name]}. Give one of them another name.");
            }
        }
    }

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
            Aliases.Add(alias);
            var place = $"{file.Context.File}:{member.Line}:{member.Column} {member.Value.Path}";
            if (_names.TryGetValue(alias.Name, out var other))
            {
                file.Context.Problems.Error(file.Context.File, member.Value.Path, member.Line, member.Column,
                    $"\"{alias.Name}\" is already the id or an alias of {other}. Give one of them another name.");
            }
            else
            {
                _aliases[alias.Name] = place;
            }
        }
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
