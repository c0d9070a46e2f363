using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateway.Mcp;

/// <summary>
/// What models are called as tools: <c>model-</c> and their name, spelt as every client can take it. MCP would also allow a dot, but clients hand
/// names of tools on to the APIs of models, and those take letters, digits, <c>_</c> and <c>-</c> only, 64 at most: one other name spoils every question.
/// </summary>
internal static class ModelToolNames
{
    internal const string Prefix = "model-";
    private const int Longest = 64;
    private const int HashDigits = 8;

    /// <summary>
    /// A tool's name for each model's name. Where several come to the same, the one that is spelt so keeps it and the others end with a hash of their own
    /// spelling. What a key may use has no part in it: a tool has one name for all keys.
    /// </summary>
    internal static Dictionary<string, string> Of(IEnumerable<string> models)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in models.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).GroupBy(Spell, StringComparer.Ordinal).ToList())
        {
            var keeps = Prefix.Length + group.Key.Length > Longest ? null : group.Count() == 1 ? group.First() : group.FirstOrDefault(model => model == group.Key);
            foreach (var model in group) names[model] = model == keeps ? Prefix + group.Key : "";
            if (keeps is not null) taken.Add(Prefix + group.Key);
        }

        foreach (var model in names.Where(static pair => pair.Value.Length == 0).Select(static pair => pair.Key).Order(StringComparer.Ordinal).ToList())
        {
            // More of the hash, where somebody has called a model like a shorter one.
            var digits = HashDigits;
            do names[model] = Hashed(model, digits++);
            while (!taken.Add(names[model]));
        }

        return names;
    }

    private static string Spell(string model) => string.Create(model.Length, model, static (spelt, model) =>
    {
        for (var index = 0; index < spelt.Length; index++) spelt[index] = char.IsAsciiLetterOrDigit(model[index]) || model[index] is '-' ? model[index] : '_';
    });

    private static string Hashed(string model, int digits)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model)))[..digits];
        var spelt = Spell(model);
        return $"{Prefix}{spelt[..Math.Min(spelt.Length, Longest - Prefix.Length - 1 - digits)]}-{hash}";
    }
}
