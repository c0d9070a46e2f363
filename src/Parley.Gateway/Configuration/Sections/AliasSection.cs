using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>One entry of <c>aliases</c>: a model's name, or an object with <c>model</c> or <c>split</c>.</summary>
internal static class AliasSection
{
    private const int MostShares = 64;
    private const string HeaderPrefix = "header:";

    private static readonly Dictionary<string, AliasStability> Stabilities = new()
    {
        ["none"] = AliasStability.None,
        ["key"] = AliasStability.Key,
        ["user"] = AliasStability.User,
    };

    /// <summary>Null when something needed is missing, which was reported.</summary>
    public static AliasConfig? Read(ReadingContext context, ConfigurationMember member)
    {
        var node = member.Value;
        var problem = member.Name.Length == 0 ? "an alias has a name."
            : WildcardName.Is(member.Name) ? "an alias holds no *. Write the wildcard as a modelId under models."
            : ModelNameRules.Problem(member.Name);
        if (problem is not null)
            context.Problems.Error(context.File, node.Path, member.Line, member.Column, problem);
        var origin = $"{context.File}: {node.Path}";
        if (node.Kind == ConfigurationNodeKind.String)
        {
            if (node.Text.Length == 0 && !node.IsIncomplete)
                context.Error(node, "must not be empty. Name the model that the alias leads to.");
            return node.Text.Length == 0 || node.IsIncomplete ? null : new AliasConfig { Name = member.Name, Shares = [new AliasShare(node.Text)], Origin = origin };
        }

        if (node.Kind != ConfigurationNodeKind.Object)
        {
            context.Error(node, $"must be the name of a model or an object, not {SectionReader.Kind(node)}: \"gpt\" or {{ \"model\": \"gpt\", … }}.");
            return null;
        }

        var section = new SectionReader(context, node, ConfigurationKeys.Alias);
        var shares = Shares(section);
        var (stable, header) = Stable(section);
        var alias = new AliasConfig
        {
            Name = member.Name,
            Shares = shares,
            Stable = stable,
            StableHeader = header,
            Defaults = section.Get("defaults") is { } defaults ? DefaultsSection.Read(context, defaults) : new RequestDefaults(),
            Origin = origin,
        };
        return shares.Count == 0 ? null : alias;
    }

    private static List<AliasShare> Shares(SectionReader section)
    {
        if (section.Has("model") && section.Has("split"))
            section.Error("split", "is written beside model. Keep one of them: model for one, split for several that share the traffic.");
        if (!section.Has("model") && !section.Has("split"))
            section.Error("model", "is missing. Name the model that the alias leads to, or several with split.");
        if (!section.Has("split"))
            return section.String("model") is { } model ? [new AliasShare(model)] : [];
        var items = section.Items("split");
        if (items is { Count: 0 })
            section.Error("split", "is empty. List at least one { \"model\": …, \"weight\": … }.");
        if (items is { Count: > MostShares })
            section.Error("split", string.Create(CultureInfo.InvariantCulture, $"has {items.Count} entries; an alias has at most {MostShares}."));
        List<AliasShare> shares = [];
        foreach (var item in items ?? [])
        {
            var share = new SectionReader(section.Context, item, ConfigurationKeys.AliasShare);
            var name = share.Required("model", "Name the model of this share.");
            var weight = share.Int("weight", 1, 1, 1_000_000);
            if (name is null)
                continue;
            if (shares.Exists(other => other.Model == name))
                share.Error("model", $"\"{share.Shown("model")}\" is in this split already. Give it one entry with the weights added.");
            shares.Add(new AliasShare(name, weight));
        }

        return shares;
    }

    private static (AliasStability Stable, string? Header) Stable(SectionReader section)
    {
        if (section.String("stable") is not { } text)
            return default;
        if (text.StartsWith(HeaderPrefix, StringComparison.Ordinal))
        {
            var header = text[HeaderPrefix.Length..];
            var shown = section.Get("stable")!.Variables.Count > 0 ? section.Shown("stable") : header;
            if (HeaderNames.Problem(header, shown) is { } problem)
                section.Error("stable", $"{problem} It is written as \"header:x-session\".");
            else if (HeaderNames.CarriesKey(header))
                section.Error("stable", $"{shown} carries the caller's key. Write \"stable\": \"key\", which works with every way to send one.");
            return (AliasStability.Header, header);
        }

        if (Stabilities.TryGetValue(text, out var stable))
            return (stable, null);
        section.Error("stable", $"\"{section.Shown("stable")}\" is not one of {string.Join(", ", Stabilities.Keys)}, header:NAME.{NearestName.Hint(section.Shown("stable"), Stabilities.Keys)}");
        return default;
    }
}
