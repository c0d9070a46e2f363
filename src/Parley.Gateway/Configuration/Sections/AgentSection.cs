using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>One entry of <c>agents</c>: its kind says which other keys belong to it.</summary>
internal static class AgentSection
{
    /// <summary>The scope of Foundry's agent API (wire/azure.md §3.1).</summary>
    public const string Scope = "https://ai.azure.com/.default";

    private const int LongestName = 64;
    private const int MostTools = 64;

    private static readonly Dictionary<string, AgentKind> Kinds = new()
    {
        ["foundry-classic"] = AgentKind.FoundryClassic,
        ["foundry"] = AgentKind.Foundry,
        ["model"] = AgentKind.Model,
    };

    /// <summary>Null when something needed is missing, which was reported.</summary>
    public static AgentConfig? Read(ReadingContext context, ConfigurationMember member)
    {
        if (!IsName(member.Name))
            context.Problems.Error(context.File, member.Value.Path, member.Line, member.Column,
                $"an agent's name is 1 to {LongestName} lower-case letters, digits, - and _: it is also a tool's name over MCP.");
        var section = new SectionReader(context, member.Value, ConfigurationKeys.Agent);
        section.Required("kind", $"Say one of {string.Join(", ", Kinds.Keys)}.");
        if (section.Choice("kind", Kinds) is not { } kind)
            return null;
        var (required, optional) = Members(kind);
        foreach (var name in ConfigurationKeys.Agent.Except(ConfigurationKeys.AnyAgent).Where(section.Has))
        {
            if (!required.Contains(name) && !optional.Contains(name))
                section.Error(name, $"does not belong to kind {section.String("kind")}. Remove it, or choose another kind.");
        }

        var hasAll = true;
        foreach (var name in required)
            hasAll &= section.Required(name, $"Kind {section.String("kind")} needs it.") is not null;
        var endpoint = Endpoint(section);
        var agent = new AgentConfig
        {
            Name = member.Name,
            Kind = kind,
            Description = section.String("description"),
            Timeout = section.Seconds("timeoutSeconds", 1, 3600) ?? TimeSpan.FromSeconds(120),
            ProjectEndpoint = endpoint,
            AgentId = section.String(kind == AgentKind.FoundryClassic ? "agentId" : "agent"),
            Version = section.String("version"),
            Auth = kind == AgentKind.Model ? null : Auth(section),
            Model = section.String("model"),
            Prompt = section.String("prompt"),
            Tools = Tools(section),
            MaxTokens = section.OptionalInt("maxTokens", 1, 10_000_000),
        };
        return hasAll && (kind == AgentKind.Model || (endpoint is not null && agent.Auth is not null)) ? agent : null;
    }

    /// <summary>What is wrong with a project's endpoint, or null.</summary>
    public static string? EndpointProblem(string text, out Uri? endpoint)
    {
        endpoint = null;
        if (Addresses.Problem(text, out var url) is { } problem)
            return problem;
        // A token for all of the project travels there.
        if (url!.Scheme != "https" && !url.IsLoopback)
            return "must start with https://: an Entra token is sent there. Only a loopback address may be http.";
        endpoint = Addresses.WithPath(url, url.AbsolutePath);
        return null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_');

    private static (string[] Required, string[] Optional) Members(AgentKind kind) => kind switch
    {
        AgentKind.FoundryClassic => (["projectEndpoint", "agentId"], ["auth"]),
        AgentKind.Foundry => (["projectEndpoint", "agent"], ["version", "auth"]),
        _ => (["model"], ["prompt", "tools", "maxTokens"]),
    };

    private static Uri? Endpoint(SectionReader section)
    {
        if (section.String("projectEndpoint") is not { } text)
            return null;
        if (EndpointProblem(text, out var endpoint) is { } problem)
            section.Error("projectEndpoint", problem);
        return endpoint;
    }

    private static ProviderAuthConfig? Auth(SectionReader section)
    {
        if (section.Get("auth") is not { } node)
            return new ProviderAuthConfig(ProviderAuthKind.Default) { Scope = Scope };
        if (AuthSection.Read(section.Context, node) is not { } auth)
            return null;
        if (auth.Kind is ProviderAuthKind.ManagedIdentity or ProviderAuthKind.Entra or ProviderAuthKind.WorkloadIdentity or ProviderAuthKind.Default)
            return auth with { Scope = auth.Scope ?? Scope };
        section.Error("auth", "Foundry's agent API takes no keys: use kind managed-identity, entra, workload-identity or default.");
        return null;
    }

    private static List<AgentToolConfig> Tools(SectionReader section)
    {
        var items = section.Items("tools") ?? [];
        if (items.Count > MostTools)
            section.Error("tools", $"has {items.Count} entries; an agent has at most {MostTools} tools.");
        List<AgentToolConfig> tools = [];
        foreach (var item in items)
        {
            if (item is { Kind: ConfigurationNodeKind.String, Text.Length: > 0 })
                tools.Add(new AgentToolConfig(item.Text, default));
            else if (item.Kind == ConfigurationNodeKind.Object && item.Members.Find(static member => member.Name == "type") is { Value: { Kind: ConfigurationNodeKind.String, Text: { Length: > 0 } type } })
            {
                if (type is "function" or "custom")
                    section.Context.Error(item, "is a tool that the caller of a model runs, and an agent's caller has none. Name another agent, or a tool that the provider runs.");
                tools.Add(new AgentToolConfig(null, ConfigurationJson.Of(item)));
            }
            else
                section.Context.Error(item, "must be the name of another agent, or a tool of the provider: { \"type\": \"web_search\" }.");
        }

        return tools;
    }
}
