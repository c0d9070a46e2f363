using System.Collections.Concurrent;

namespace Parley.Dialects.Models;

/// <summary>
/// Model name → traits. The first row whose pattern stands in the name at the start of a word decides; names are compared without
/// case, and host prefixes (<c>us.anthropic.</c>, <c>openai/</c>) do not matter. Sources: the vendors' model pages, August 2026.
/// </summary>
public static class ModelTraitsTable
{
    private const int MostKnown = 2000;
    private static readonly ConcurrentDictionary<string, ModelTraits> Known = new(StringComparer.Ordinal);

    /// <summary>The traits of a model by its upstream name; <see cref="ModelTraits.Unknown"/> for one in no row.</summary>
    public static ModelTraits Of(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Known.TryGetValue(model, out var known)) return known;
        var found = Find(model.ToLowerInvariant());
        // Names come from the catalogue, but a wildcard lets callers make them up.
        if (Known.Count < MostKnown) Known.TryAdd(model, found);
        return found;
    }

    private static ModelTraits Find(string name)
    {
        // Anthropic writes claude-opus-4-7, other hosts of it claude-opus-4.7.
        if (name.Contains("claude", StringComparison.Ordinal)) name = name.Replace('.', '-');
        foreach (var (pattern, traits) in Rows)
        {
            for (var at = name.IndexOf(pattern, StringComparison.Ordinal); at >= 0; at = name.IndexOf(pattern, at + 1, StringComparison.Ordinal))
            {
                if (at == 0 || !char.IsLetterOrDigit(name[at - 1])) return traits;
            }
        }

        return ModelTraits.Unknown;
    }

    private static readonly (string Pattern, ModelTraits Traits)[] Rows =
    [
        .. ClaudeModels.Rows,
        .. OpenAIModels.Rows,
        .. GeminiModels.Rows,
        .. OtherModels.Rows,
    ];
}
