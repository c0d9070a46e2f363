using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration;

/// <summary>What the files gave so far, with the places that the checks across sections and files need.</summary>
internal sealed class ConfigurationDraft
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public Dictionary<string, ProviderConfig> Providers { get; } = new(StringComparer.Ordinal);

    public List<ModelConfig> Models { get; } = [];

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

    /// <summary>True when a name leads somewhere by the lookup of contracts §7.</summary>
    public bool Resolves(string name) =>
        _names.ContainsKey(name)
        || name == "parley/echo"
        || _names.Keys.Any(known => known.Contains('*', StringComparison.Ordinal)
            && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(known, name, ignoreCase: false))
        || Providers.Values.Any(provider => provider.Deployments.ContainsKey(name)
            || name.StartsWith(provider.Name + "/", StringComparison.Ordinal) || name.StartsWith(provider.TypeName + "/", StringComparison.Ordinal));

    public IEnumerable<string> Names => _names.Keys;

    /// <summary><c>defaults.model</c>, else the deployment of OPENAI_MODEL_DEPLOYMENT_NAME, else the first model.</summary>
    public string? DefaultModel(string? written, IReadOnlyDictionary<string, string> variables)
    {
        if (written is not null)
            return written;
        if (VariableNames.Value(variables, VariableNames.OpenAIDeployment) is { } deployment)
        {
            // The plain name is what a key may use without being given the whole provider; a name that another entry has needs the prefix.
            var elsewhere = _names.ContainsKey(deployment)
                || Providers.Values.Any(provider => provider.Name != VariableProviders.Wrapper && provider.Deployments.ContainsKey(deployment));
            return Providers.ContainsKey(VariableProviders.Wrapper) && elsewhere ? $"{VariableProviders.Wrapper}/{deployment}" : deployment;
        }

        return Models.Count > 0 ? Models[0].ModelId : null;
    }
}
