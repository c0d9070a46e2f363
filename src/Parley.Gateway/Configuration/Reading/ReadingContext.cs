namespace Parley.Gateway.Configuration.Reading;

/// <summary>What reading one file needs: how it is called, the variables, and where errors go.</summary>
internal sealed record ReadingContext(string File, IReadOnlyDictionary<string, string> Variables, ConfigurationProblems Problems)
{
    public void Error(ConfigurationNode node, string message) => Problems.Error(File, node.Path, node.Line, node.Column, message);

    public void Warning(ConfigurationNode node, string message) => Problems.Warning(File, node.Path, node.Line, node.Column, message);

    /// <summary><c>parley.json:12:5 models[2]</c>, for an error that names a second place.</summary>
    public string Place(ConfigurationNode node) => $"{File}:{node.Line}:{node.Column} {node.Path}";

    /// <summary>A variable's value without surrounding white space; null when it is not set or empty.</summary>
    public string? Variable(string name) => VariableNames.Value(Variables, name);
}
