using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration;

/// <summary>Names in one section that must exist in another.</summary>
internal static class ReferenceChecks
{
    public static void Run(SectionReader? file, ParleyConfig config, ConfigurationDraft draft)
    {
        if (file is null)
            return;
        Defaults(file, config, draft);
        foreach (var member in file.Get("aliases")?.Members ?? [])
            Alias(file.Context, member, config, draft);
        foreach (var node in file.Get("models")?.Items ?? [])
            LargerModel(file.Context, node, draft);
        foreach (var node in file.Get("keys")?.Items ?? [])
            Key(file.Context, node, config, draft);
    }

    private static void Defaults(SectionReader file, ParleyConfig config, ConfigurationDraft draft)
    {
        foreach (var member in file.Get("defaults")?.Members ?? [])
        {
            var node = member.Value;
            if (node.Kind != ConfigurationNodeKind.String || node.IsIncomplete || node.Text.Length == 0)
                continue;
            if (member.Name == "model" && WildcardName.Is(node.Text))
                file.Context.Error(node, Wildcard(node.Shown));
            else if (member.Name == "model" && config.OnlyVariableProvider is null && !draft.Resolves(node.Text))
                file.Context.Error(node, $"there is no model \"{node.Shown}\".{NearestName.Hint(node.Shown, draft.Names)} Name a modelId, an alias or provider/model.");
            if (member.Name == "files" && !config.Providers.ContainsKey(node.Text))
                file.Context.Error(node, $"there is no provider \"{node.Shown}\".{NearestName.Hint(node.Shown, config.Providers.Keys)}");
        }
    }

    /// <summary>An alias leads to models and never to another alias: who retargets one name must not move others with it, and none can turn in a circle.</summary>
    public static void Alias(ReadingContext context, ConfigurationMember alias, ParleyConfig config, ConfigurationDraft draft)
    {
        var node = alias.Value;
        foreach (var share in Shares(node))
        {
            if (share is not { Kind: ConfigurationNodeKind.String, IsIncomplete: false, Text: { Length: > 0 } name })
                continue;
            if (name == alias.Name && !draft.IsModel(name))
                context.Error(share, "the alias leads to itself. Name a model.");
            else if (draft.AliasPlace(name) is { } place)
                context.Error(share, $"\"{share.Shown}\" is an alias too, {place}. An alias leads to models only: name {Behind(draft, name)} here.");
            else if (WildcardName.Is(name))
                context.Error(share, Wildcard(share.Shown));
            else if (config.OnlyVariableProvider is null && !draft.Resolves(name))
                context.Error(share, $"there is no model \"{share.Shown}\".{NearestName.Hint(share.Shown, draft.ModelNames)} Name a modelId, another name of a model, or provider/model.");
        }
    }

    /// <summary><c>retry.contextLengthModel</c>: an entry of the catalogue.</summary>
    public static void LargerModel(ReadingContext context, ConfigurationNode model, ConfigurationDraft draft)
    {
        if (Member(Member(model, "retry"), "contextLengthModel") is not { Kind: ConfigurationNodeKind.String, IsIncomplete: false, Text: { Length: > 0 } name } node)
            return;
        if (name == Member(model, "modelId")?.Text || Member(model, "aliases")?.Items.Exists(alias => alias.Text == name) == true)
            context.Error(node, "is this very model. Name one that takes longer requests.");
        else if (draft.AliasPlace(name) is { } place)
            context.Error(node, $"\"{node.Shown}\" is an alias, {place}. Name a model of the catalogue: {Behind(draft, name)}.");
        else if (WildcardName.Is(name))
            context.Error(node, Wildcard(node.Shown));
        else if (!draft.IsModel(name))
            context.Error(node, $"there is no model \"{node.Shown}\" in the catalogue.{NearestName.Hint(node.Shown, draft.ModelNames)} Name a modelId.");
    }

    private static string Wildcard(string name) => $"\"{name}\" is a wildcard, which stands for many models. Write the name of one of them.";

    private static string Behind(ConfigurationDraft draft, string alias) =>
        string.Join(" or ", Shares(draft.NodeOf(EntryKind.Alias, alias)!).Select(static share => $"\"{share?.Shown}\""));

    /// <summary>The names of models in an alias; null where one is missing.</summary>
    private static IEnumerable<ConfigurationNode?> Shares(ConfigurationNode alias) =>
        alias.Kind == ConfigurationNodeKind.String ? [alias]
        : Member(alias, "split")?.Items.Select(static share => Member(share, "model")) ?? [Member(alias, "model")];

    private static ConfigurationNode? Member(ConfigurationNode? node, string name) =>
        node?.Members.Find(member => member.Name == name)?.Value;

    /// <summary>A key may name what comes later (from the console, or with a variable), so these are only warnings.</summary>
    private static void Key(ReadingContext context, ConfigurationNode key, ParleyConfig config, ConfigurationDraft draft)
    {
        foreach (var member in key.Members.Where(static member => member.Name is "models" or "providers"))
        {
            foreach (var item in member.Value.Items.Where(static item => item.Text.Length > 0))
            {
                var known = member.Name == "models" ? draft.Resolves(item.Text) : config.Providers.ContainsKey(item.Text);
                var names = member.Name == "models" ? draft.Names : config.Providers.Keys;
                if (!known)
                    context.Warning(item, $"\"{item.Shown}\" is not configured.{NearestName.Hint(item.Shown, names)}");
            }
        }
    }
}
