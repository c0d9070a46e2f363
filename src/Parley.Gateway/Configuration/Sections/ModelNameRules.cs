using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>What a name that clients ask for may hold.</summary>
internal static class ModelNameRules
{
    private const int MaxName = 256;

    /// <summary>What is wrong with a model's id or another name of it, or null. One <c>*</c> makes it a wildcard.</summary>
    public static string? Problem(string name)
    {
        if (name.Length > MaxName || name.Any(char.IsControl) || name != name.Trim())
            return string.Create(CultureInfo.InvariantCulture, $"must be at most {MaxName} characters, without control characters or spaces at its ends.");
        return name.AsSpan().Count('*') > 1 ? "holds more than one *. One may stand for what a client writes there: azure/* or gpt-*." : null;
    }

    /// <summary>
    /// A target's model may hold one <c>*</c> where every name of the model does: it stands for what the <c>*</c> of the name that was asked
    /// for stood for.
    /// </summary>
    public static void CheckUpstream(ReadingContext context, ConfigurationNode node, string upstream, IEnumerable<ConfigurationNode> names)
    {
        if (!WildcardName.Is(upstream))
            return;
        if (upstream.AsSpan().Count('*') > 1)
            context.Error(node, "holds more than one *. One may stand for what the * of the modelId stands for.");
        else if (names.FirstOrDefault(static name => !WildcardName.Is(name.Text)) is { } plain)
            context.Error(node, $"holds a *, but the model's name \"{plain.Shown}\" does not: nothing says what it stands for. Write the upstream model in full, or give every name of this model a *.");
    }
}
