using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary><c>concurrency</c> of a model or a target.</summary>
internal static class ConcurrencySection
{
    private const int Most = 100_000;

    /// <summary>Null when <c>max</c> is missing or wrong, which was reported.</summary>
    public static ConcurrencyConfig? Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Concurrency);
        if (!section.Has("max") && node.Kind == ConfigurationNodeKind.Object)
            section.Error("max", "is missing. Say how many calls may run at a time.");
        var queue = section.Int("queue", 0, 0, Most);
        var wait = section.Seconds("waitSeconds", SectionReader.ShortestDuration, 3600);
        if (wait is not null && queue == 0)
            section.Error("waitSeconds", "has no effect, because nobody waits while queue is 0. Give queue a length, or remove it.");
        return section.OptionalInt("max", 1, Most) is { } max
            ? new ConcurrencyConfig { Max = max, Queue = queue, Wait = wait ?? new ConcurrencyConfig { Max = max }.Wait }
            : null;
    }
}
