using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>
/// What Anthropic's rules make of a Claude model, by its version: 3.7 began to think, 4.1 took temperature or top_p and no longer both, 4.5 knows
/// schemas, 4.6 thinks adaptively and takes no prefill; from Opus 4.7, Sonnet 5 and Fable on sampling settings and thinking budgets are refused and the
/// thoughts are kept back unless asked for (platform.claude.com, "Migration guide", "Adaptive thinking").
/// </summary>
internal sealed partial record ClaudeTraits(string Family, double Version)
{
    /// <summary>The models that exist; a name with a date of one of them exists as well.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "claude-fable-5", "claude-opus-5", "claude-sonnet-5", "claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6", "claude-opus-4-5",
        "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-1", "claude-opus-4-0", "claude-sonnet-4-0", "claude-opus-4", "claude-sonnet-4",
        "claude-3-7-sonnet", "claude-3-5-sonnet", "claude-3-5-haiku", "claude-3-opus", "claude-3-haiku",
    ];

    public bool Thinks => Version >= 3.7;

    public bool ThinksAdaptively => Version >= 4.6;

    /// <summary>Neither budgets nor temperature, top_p and top_k.</summary>
    public bool RefusesSampling => Version >= 5 || (Family == "opus" && Version >= 4.7);

    /// <summary>Thoughts are sent only if <c>display: summarized</c> asks for them.</summary>
    public bool KeepsThoughts => RefusesSampling;

    public bool TakesBothTemperatures => Version < 4.1;

    public bool TakesPrefill => Version < 4.6;

    public bool KnowsSchemas => Version >= 4.5 || (Family == "opus" && Version >= 4.1);

    public int MostOutput => Version switch
    {
        >= 4.6 => 128_000,
        >= 4.5 => 64_000,
        >= 4 => Family == "opus" ? 32_000 : 64_000,
        >= 3.7 => 64_000,
        >= 3.5 => 8192,
        _ => 4096,
    };

    /// <summary>The traits of a model's name, also in Bedrock's spelling; what is only simulated behaves like Sonnet 4.5.</summary>
    public static ClaudeTraits Of(string model)
    {
        var match = Pattern().Match(model);
        if (!match.Success)
            return new ClaudeTraits("sonnet", 4.5);
        var family = match.Groups["family"].Value;
        var minor = match.Groups["minor"].Value;
        return new ClaudeTraits(family, double.Parse($"{match.Groups["major"].Value}.{(minor.Length == 0 ? "0" : minor)}", CultureInfo.InvariantCulture));
    }

    public static bool Exists(string model) =>
        ModelTraits.IsUniversal(model) || Known.Contains(Undated(model), StringComparer.Ordinal);

    /// <summary>The snapshot that answers to an alias; from 4.6 on names have no date any more.</summary>
    public static string AnsweredAs(string model) => model switch
    {
        "claude-opus-4-5" => "claude-opus-4-5-20251101",
        "claude-sonnet-4-5" => "claude-sonnet-4-5-20250929",
        "claude-haiku-4-5" => "claude-haiku-4-5-20251001",
        "claude-opus-4-1" => "claude-opus-4-1-20250805",
        "claude-opus-4-0" or "claude-opus-4" => "claude-opus-4-20250514",
        "claude-sonnet-4-0" or "claude-sonnet-4" => "claude-sonnet-4-20250514",
        _ => model,
    };

    private static string Undated(string model) => model.Length > 9 && model[^9] == '-' && model[^8..].All(char.IsAsciiDigit)
        ? model[..^9]
        : model.EndsWith("-latest", StringComparison.Ordinal) ? model[..^7] : model;

    // claude-3-7-sonnet-20250219, claude-opus-4-1-20250805, claude-sonnet-5; a date is no minor version.
    [GeneratedRegex(@"claude-(?:(?<major>\d)(?:-(?<minor>\d))?-(?<family>[a-z]+)|(?<family>[a-z]+)-(?<major>\d)(?:-(?<minor>\d)(?!\d))?)")]
    private static partial Regex Pattern();
}
