using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>
/// What Bedrock's rules make of a model id: whose model it is, and what of Converse it takes (docs.aws.amazon.com, "Supported models and model
/// features", "Prompt caching", "ToolChoice").
/// </summary>
internal sealed partial record BedrockTraits(string Maker, string Name, bool IsProfile)
{
    private static readonly string[] Makers = ["anthropic", "meta", "amazon", "cohere"];

    public bool IsClaude => Maker == "anthropic";

    public bool IsNova => Name.StartsWith("nova", StringComparison.Ordinal);

    public bool IsLlama => Maker == "meta";

    public bool IsEmbedding => Name.Contains("embed", StringComparison.Ordinal);

    public bool IsTitan => Name.StartsWith("titan", StringComparison.Ordinal);

    public bool IsUniversal => Maker.Length == 0;

    // Llama 3 (not 3.1) and the small ones of 3.2 call no tools.
    public bool CallsTools => !IsLlama || !(Name.StartsWith("llama3-8b", StringComparison.Ordinal) || Name.StartsWith("llama3-70b", StringComparison.Ordinal)
        || Name.StartsWith("llama3-2-1b", StringComparison.Ordinal) || Name.StartsWith("llama3-2-3b", StringComparison.Ordinal));

    public bool CanBeForced => !IsLlama;

    public bool TakesCachePoints => IsUniversal || IsNova || (IsClaude && ClaudeTraits.Of(Name).Version >= 3.5);

    public bool TakesImages => IsUniversal || (IsClaude && Name != "claude-3-5-haiku-20241022-v1:0") || (IsNova && !Name.Contains("micro", StringComparison.Ordinal))
        || Name.Contains("llama3-2-11b", StringComparison.Ordinal) || Name.Contains("llama3-2-90b", StringComparison.Ordinal) || Name.Contains("llama4", StringComparison.Ordinal);

    /// <summary>Sold by inference profile only.</summary>
    public bool NeedsProfile => (IsClaude && ClaudeTraits.Of(Name).Version >= 3.7) || Name.StartsWith("llama3-2", StringComparison.Ordinal)
        || Name.StartsWith("llama3-3", StringComparison.Ordinal) || Name.StartsWith("llama4", StringComparison.Ordinal);

    /// <summary>The traits, or null where no such model is.</summary>
    public static BedrockTraits? Find(string id)
    {
        if (ModelTraits.IsUniversal(id))
            return new BedrockTraits("", id, IsProfile: true);
        // arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-…
        var (name, profile) = id.StartsWith("arn:", StringComparison.Ordinal) ? (id[(id.LastIndexOf('/') + 1)..], id.Contains("inference-profile", StringComparison.Ordinal)) : (id, false);
        if (Region().Match(name) is { Success: true } region)
            (name, profile) = (name[region.Length..], true);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Makers.Contains(name[..dot], StringComparer.Ordinal))
            return null;
        var traits = new BedrockTraits(name[..dot], name[(dot + 1)..], profile);
        return traits.Maker switch
        {
            "anthropic" when ClaudeTraits.Exists(Version().Replace(traits.Name, "")) => traits,
            "meta" when Llama().IsMatch(traits.Name) => traits,
            "amazon" when Amazon().IsMatch(traits.Name) => traits,
            "cohere" when traits.Name.StartsWith("embed-", StringComparison.Ordinal) => traits,
            _ => null,
        };
    }

    [GeneratedRegex(@"^(us|eu|apac|jp|au|ca|global|us-gov)\.")]
    private static partial Regex Region();

    [GeneratedRegex(@"-v\d+(:\d+)?$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^llama(3(-[123])?-\d+b|4-[a-z0-9-]+)-instruct-v1:0$")]
    private static partial Regex Llama();

    [GeneratedRegex(@"^(nova-(2-)?(micro|lite|pro|premier)-v1:0|titan-embed-text-v[12](:0)?)$")]
    private static partial Regex Amazon();
}
