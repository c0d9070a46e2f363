using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A model's <c>retry</c>.</summary>
internal static class RetrySection
{
    // These go to the next credential or target whatever is written.
    private static readonly int[] TriedAnyway = [401, 403, 408, 424, 429];

    public static RetryConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Retry);
        var defaults = new RetryConfig();
        var retry = new RetryConfig
        {
            Attempts = section.OptionalInt("attempts", 1, RetryConfig.MostAttempts),
            SameTarget = section.Int("sameTarget", defaults.SameTarget, 0, 5),
            Backoff = section.Milliseconds("backoffMilliseconds", 1, 60_000) ?? defaults.Backoff,
            MostBackoff = section.Seconds("mostBackoffSeconds", SectionReader.ShortestDuration, 600) ?? defaults.MostBackoff,
            Deadline = section.Seconds("deadlineSeconds", SectionReader.ShortestDuration, SectionReader.Day) ?? defaults.Deadline,
            Statuses = StatusRanges.Read(section, "statuses", Problem) ?? defaults.Statuses,
            OnContentFilter = section.Bool("contentFilter") ?? defaults.OnContentFilter,
            ContextLengthModel = section.String("contextLengthModel"),
        };
        if (retry.Backoff > retry.MostBackoff)
        {
            var name = section.Has("mostBackoffSeconds") ? "mostBackoffSeconds" : "backoffMilliseconds";
            section.Error(name, string.Create(CultureInfo.InvariantCulture,
                $"the first wait ({retry.Backoff.TotalMilliseconds} ms) is longer than mostBackoffSeconds allows ({retry.MostBackoff.TotalSeconds} s). Lower the first, or raise the second."));
        }

        if (section.Has("sameTarget") && retry.Attempts is { } attempts && retry.SameTarget >= attempts)
        {
            section.Error("sameTarget", string.Create(CultureInfo.InvariantCulture,
                $"is {retry.SameTarget}, but all calls of a request together are at most {attempts} (attempts), the first one included. Lower it, or raise attempts."));
        }

        return retry;
    }

    private static string? Problem(StatusRange range)
    {
        if (range is not { From: >= 400, To: <= 499 })
            return "only 4xx belong here: after 5xx the next target is tried anyway, and other answers are none to try again after.";
        return Enumerable.Range(range.From, range.To - range.From + 1).All(TriedAnyway.Contains)
            ? "the next target is tried after 401, 403, 408, 424 and 429 anyway. Remove it."
            : null;
    }
}
