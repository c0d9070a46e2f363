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
            if (member.Name == "model" && config.OnlyVariableProvider is null && !draft.Resolves(node.Text))
                file.Context.Error(node, $"there is no model \"{node.Text}\".{NearestName.Hint(node.Text, draft.Names)} Name a modelId, an alias or provider/model.");
            if (member.Name == "files" && !config.Providers.ContainsKey(node.Text))
                file.Context.Error(node, $"there is no provider \"{node.Text}\".{NearestName.Hint(node.Text, config.Providers.Keys)}");
        }
    }

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
                    context.Warning(item, $"\"{item.Text}\" is not configured.{NearestName.Hint(item.Text, names)}");
            }
        }
    }
}
