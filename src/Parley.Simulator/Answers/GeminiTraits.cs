using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>
/// What Google's rules make of a Gemini model: 2.5 thinks by budget, in a range of its own, 3 by level; from 3 on calls carry ids and signatures that
/// must come back, and tools go with schemas (ai.google.dev, "Thinking", "Thought signatures", "Structured outputs").
/// </summary>
internal sealed partial record GeminiTraits(double Version, bool IsPro, bool IsLite)
{
    public static IReadOnlyList<string> Known { get; } =
    [
        "gemini-3.1-pro-preview", "gemini-3-pro-preview", "gemini-3-flash-preview", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.0-flash",
        "gemini-embedding-001", "text-embedding-004",
    ];

    public bool Thinks => Version >= 2.5;

    public bool ThinksByLevel => Version >= 3;

    /// <summary>Calls have ids, and a call of the current turn must bring its signature back.</summary>
    public bool SignsCalls => Version >= 3;

    public bool TakesSchemaWithTools => Version >= 3;

    public bool CanStopThinking => !IsPro;

    /// <summary>The budgets that may be asked for, besides -1 (as the model likes) and, where it can stop thinking, 0.</summary>
    public (int Least, int Most) Budget => IsPro ? (128, 32_768) : IsLite ? (512, 24_576) : (1, 24_576);

    /// <summary>The traits of a model's name; what is only simulated behaves like 2.5 Flash.</summary>
    public static GeminiTraits Of(string model)
    {
        var match = Pattern().Match(model);
        var version = match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 2.5;
        return new GeminiTraits(version, model.Contains("-pro", StringComparison.Ordinal), model.Contains("-lite", StringComparison.Ordinal));
    }

    public static bool Exists(string model) => ModelTraits.IsUniversal(model) || Known.Contains(model, StringComparer.Ordinal);

    public static bool IsEmbedding(string model) => model.Contains("embedding", StringComparison.Ordinal);

    [GeneratedRegex(@"gemini-(\d(?:\.\d)?)")]
    private static partial Regex Pattern();
}
