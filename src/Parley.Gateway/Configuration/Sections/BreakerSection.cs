using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A provider's <c>breaker</c>: the rule says which other keys belong to it.</summary>
internal static class BreakerSection
{
    private static readonly Dictionary<string, BreakerRule> Rules = new()
    {
        ["simple"] = BreakerRule.Simple,
        ["counted"] = BreakerRule.Counted,
        ["off"] = BreakerRule.Off,
    };

    private static readonly string[] CountedKeys = ["count", "percentage", "minimumCalls", "intervalSeconds", "statuses", "timeouts", "connections"];

    public static BreakerConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Breaker, snakeCase: true);
        var defaults = new BreakerConfig();
        // A rule that cannot be read is reported once; which keys belong to it nobody knows then.
        var rule = section.Has("rule") ? section.Choice("rule", Rules) : defaults.Rule;
        if (rule is not null) CheckKeys(section, rule.Value);
        return new BreakerConfig
        {
            Rule = rule ?? defaults.Rule,
            Open = section.Seconds("openSeconds", SectionReader.ShortestDuration, SectionReader.Day) ?? defaults.Open,
            AcceptRetryAfter = section.Bool("acceptRetryAfter") ?? defaults.AcceptRetryAfter,
            MostRetryAfter = section.Seconds("mostRetryAfterSeconds", 1, SectionReader.Day) ?? defaults.MostRetryAfter,
            Count = section.OptionalInt("count", 1, 10_000),
            Percentage = section.OptionalInt("percentage", 1, 100),
            MinimumCalls = section.Int("minimumCalls", defaults.MinimumCalls, 1, 10_000),
            Interval = section.Seconds("intervalSeconds", SectionReader.ShortestDuration, SectionReader.Day) ?? defaults.Interval,
            Statuses = StatusRanges.Read(section, "statuses", Uncounted) ?? defaults.Statuses,
            CountsTimeouts = section.Bool("timeouts") ?? defaults.CountsTimeouts,
            CountsConnections = section.Bool("connections") ?? defaults.CountsConnections,
        };
    }

    private static void CheckKeys(SectionReader section, BreakerRule rule)
    {
        if (rule == BreakerRule.Counted)
        {
            if (!section.Has("count") && !section.Has("percentage"))
                section.Error("count", "is missing. Rule counted needs count, percentage or both: how many failures, or which share of the calls, within intervalSeconds.");
            if (section.Has("minimumCalls") && !section.Has("percentage"))
                section.Error("minimumCalls", "goes with percentage, which is not written. Add percentage, or remove it.");
            return;
        }

        foreach (var name in CountedKeys.Where(section.Has))
            section.Error(name, "belongs to rule counted. Write \"rule\": \"counted\", or remove it.");
    }

    // What a request itself is refused with is the caller's doing (failures.md: client errors never open a breaker).
    private static string? Uncounted(StatusRange range)
    {
        if (range is not { From: >= 400, To: <= 599 })
            return "only answers from 400 to 599 are failures.";
        return range.To >= 500 || ProviderFaults.Any(range.Contains)
            ? null
            : "such an answer refuses the request: it is the caller's doing and never opens a breaker. Of 4xx only 401, 403, 408, 424 and 429 count.";
    }

    private static readonly int[] ProviderFaults = [401, 403, 408, 424, 429];
}
