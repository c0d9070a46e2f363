using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>Reads entries of a catalogue, in the long form (<c>targets</c>) or the short one (<c>modelName</c>, <c>providerName</c>).</summary>
internal sealed class ModelSection(ReadingContext context, IReadOnlyDictionary<string, ProviderConfig> providers, bool lenient)
{
    private const int MostTargets = Routing.TargetPool.MostMembers;

    private static readonly Dictionary<string, PickRule> Picks = new()
    {
        ["weighted"] = PickRule.Weighted,
        ["round-robin"] = PickRule.RoundRobin,
        ["random"] = PickRule.Random,
        ["least-busy"] = PickRule.LeastBusy,
        ["least-latency"] = PickRule.LeastLatency,
        ["prompt-cache"] = PickRule.PromptCache,
        ["most-capacity"] = PickRule.MostCapacity,
    };

    private static readonly Dictionary<string, LossPolicy> Losses = new()
    {
        ["warn"] = LossPolicy.Warn,
        ["allow"] = LossPolicy.Allow,
        ["reject"] = LossPolicy.Reject,
    };

    private static readonly Dictionary<string, UnsupportedPolicy> Unsupported = new()
    {
        ["drop"] = UnsupportedPolicy.Drop,
        ["reject"] = UnsupportedPolicy.Reject,
        ["pass"] = UnsupportedPolicy.Pass,
    };

    private static readonly Dictionary<string, bool> Breakpoints = new() { ["off"] = false, ["auto"] = true };

    /// <summary>The keys of <c>models_config.json</c>; others are passed over there (contracts §1).</summary>
    private static readonly string[] ShortKeys = ["modelId", "modelName", "providerName", "temperature", "supportsVision", "description"];

    /// <summary>One entry; null when something needed is missing, which was reported.</summary>
    public ModelConfig? Read(ConfigurationNode node)
    {
        var section = new SectionReader(context, node, lenient ? ShortKeys : ConfigurationKeys.Model, ignoreUnknown: lenient);
        var id = section.Required("modelId", "It is what a client asks for.");
        CheckName(section.Get("modelId"), id);
        var isLong = section.Has("targets");
        foreach (var name in new[] { "modelName", "providerName" })
        {
            if (isLong && section.Has(name))
                section.Error(name, "belongs to the short form and is written beside targets. Keep one of the two forms.");
        }

        var aliases = section.StringItems("aliases") ?? [];
        foreach (var alias in aliases)
            CheckName(alias, alias.Text);
        IEnumerable<ConfigurationNode> names = id is null ? [] : aliases.Prepend(section.Get("modelId")!);
        var targets = isLong ? LongForm(section, names) : ShortForm(section, names);
        var model = new ModelConfig
        {
            ModelId = id ?? "",
            Aliases = aliases.ConvertAll(static alias => alias.Text),
            Targets = targets,
            Temperature = section.Number("temperature", 0, 2),
            SupportsVision = section.Bool("supportsVision"),
            Description = section.Get("description") is { Kind: ConfigurationNodeKind.String, Text.Length: 0 } ? "" : section.String("description") ?? "",
            Pick = section.Choice("pick", Picks) ?? PickRule.Weighted,
            Defaults = Part(section, "defaults", DefaultsSection.Read) ?? new RequestDefaults(),
            Timeouts = Part(section, "timeouts", TimeoutsSection.Read) ?? new TimeoutsConfig(),
            Retry = Part(section, "retry", RetrySection.Read) ?? new RetryConfig(),
            Hedge = Part(section, "hedge", HedgeSection.Read),
            Concurrency = Part(section, "concurrency", ConcurrencySection.Read),
            Affinity = Part(section, "affinity", AffinitySection.Read),
            OnLoss = section.Choice("onLoss", Losses) ?? LossPolicy.Warn,
            OnUnsupported = section.Choice("onUnsupported", Unsupported) ?? UnsupportedPolicy.Drop,
            AddsCacheBreakpoints = section.Choice("cacheBreakpoints", Breakpoints) ?? false,
            Origin = $"{context.File}: {node.Path}",
        };
        return id is null || targets.Count == 0 ? null : model;
    }

    private List<TargetConfig> LongForm(SectionReader section, IEnumerable<ConfigurationNode> names)
    {
        var items = section.Items("targets");
        if (items is { Count: 0 })
            section.Error("targets", "is empty. List at least one { \"provider\": …, \"model\": … }.");
        if (items is { Count: > MostTargets })
            section.Error("targets", string.Create(CultureInfo.InvariantCulture, $"has {items.Count} entries; a model has at most {MostTargets} targets."));
        List<TargetConfig> targets = [];
        foreach (var item in items ?? [])
        {
            var target = new SectionReader(context, item, ConfigurationKeys.Target);
            var provider = target.Required("provider", "Name one of the providers.");
            var model = target.Required("model", "Give the upstream model or deployment.");
            if (provider is not null && !providers.ContainsKey(provider))
            {
                var known = providers.Count == 0 ? "No provider is configured." : $"Known: {string.Join(", ", providers.Keys)}.";
                var asked = target.Shown("provider");
                target.Error("provider", $"there is no provider \"{asked}\".{NearestName.Hint(asked, providers.Keys)} {known}");
            }

            if (model is not null) ModelNameRules.CheckUpstream(context, target.Get("model")!, model, names);
            WarnWhenNotAllowed(target, provider, target.Get("model"));
            var priority = target.Int("priority", 1, 0, 1000);
            var weight = target.Int("weight", 1, 1, 1_000_000);
            var concurrency = Part(target, "concurrency", ConcurrencySection.Read);
            if (provider is not null && model is not null)
                targets.Add(new TargetConfig(provider, model) { Priority = priority, Weight = weight, Concurrency = concurrency });
        }

        return targets;
    }

    private List<TargetConfig> ShortForm(SectionReader section, IEnumerable<ConfigurationNode> names)
    {
        var hint = lenient ? "" : " Or use targets: [{ \"provider\": …, \"model\": … }].";
        var model = section.Required("modelName", $"Give the upstream model.{hint}");
        var shown = section.Required("providerName", $"Say one of {string.Join(", ", ProviderNames.Known)}.{hint}");
        if (model is null || shown is null)
            return [];
        ModelNameRules.CheckUpstream(context, section.Get("modelName")!, model, names);
        if (ProviderNames.Resolve(shown, providers, context.Variables) is not { } found)
        {
            var asked = section.Shown("providerName");
            section.Error("providerName", $"\"{asked}\" is not one of {string.Join(", ", ProviderNames.Known)}.{NearestName.Hint(asked, ProviderNames.Known)}");
            return [];
        }

        WarnWhenNotAllowed(section, found.Provider, section.Get("modelName"));
        return [new TargetConfig(found.Provider, model) { ProviderDisplayName = shown, Missing = found.Missing }];
    }

    private void WarnWhenNotAllowed(SectionReader section, string? provider, ConfigurationNode? model)
    {
        if (provider is not null && model is { Text.Length: > 0, IsIncomplete: false } && !WildcardName.Is(model.Text)
            && providers.TryGetValue(provider, out var config) && config.AllowedModels is { } allowed && !allowed.Contains(model.Text))
            context.Warning(section.Node, $"{model.Shown} is not among the allowedModels of {provider}, so this target will be refused.");
    }

    private static T? Part<T>(SectionReader section, string name, Func<ReadingContext, ConfigurationNode, T?> read)
        where T : class => section.Get(name) is { } node ? read(section.Context, node) : null;

    private void CheckName(ConfigurationNode? node, string? name)
    {
        if (node is not null && name is not null && ModelNameRules.Problem(name) is { } problem)
            context.Error(node, problem);
    }
}
