using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration;

/// <summary>What the entries of <c>agents</c> refer to: models of the catalogue, and each other without a circle.</summary>
internal static class AgentChecks
{
    public static void Run(SectionReader file, ParleyConfig config, ConfigurationDraft draft)
    {
        var names = config.Agents.Select(static agent => agent.Name).ToList();
        foreach (var member in file.Get("agents")?.Members ?? [])
        {
            if (config.Agents.FirstOrDefault(agent => agent.Name == member.Name) is not { } agent)
                continue;
            if (Member(member.Value, "model") is { Kind: ConfigurationNodeKind.String, IsIncomplete: false, Text: { Length: > 0 } model } node
                && config.OnlyVariableProvider is null && !draft.Resolves(model))
                file.Context.Error(node, $"there is no model \"{node.Shown}\".{NearestName.Hint(node.Shown, draft.Names)} Name a modelId, an alias or provider/model.");
            foreach (var tool in Member(member.Value, "tools")?.Items ?? [])
            {
                if (tool is not { Kind: ConfigurationNodeKind.String, IsIncomplete: false, Text: { Length: > 0 } name })
                    continue;
                if (!names.Contains(name))
                    file.Context.Error(tool, $"there is no agent \"{tool.Shown}\".{NearestName.Hint(tool.Shown, names)}");
                else if (Circle(config, name, agent.Name) is { } circle)
                    file.Context.Error(tool, $"the agents call each other in a circle: {string.Join(" → ", circle.Prepend(agent.Name))}. Remove one of the calls.");
            }
        }
    }

    /// <summary>The way from <paramref name="from"/> to <paramref name="to"/>, both of them in it; null when there is none.</summary>
    private static List<string>? Circle(ParleyConfig config, string from, string to)
    {
        var cameFrom = new Dictionary<string, string?>(StringComparer.Ordinal) { [from] = null };
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var name))
        {
            if (name == to)
            {
                List<string> way = [];
                for (string? at = name; at is not null; at = cameFrom[at]) way.Insert(0, at);
                return way;
            }

            foreach (var tool in config.Agents.FirstOrDefault(agent => agent.Name == name)?.Tools ?? [])
            {
                if (tool.Agent is { } next && cameFrom.TryAdd(next, name))
                    open.Enqueue(next);
            }
        }

        return null;
    }

    private static ConfigurationNode? Member(ConfigurationNode node, string name) => node.Members.Find(member => member.Name == name)?.Value;
}
