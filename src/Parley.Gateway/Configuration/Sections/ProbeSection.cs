using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A provider's <c>probe</c>; an empty object asks for the list of models every 30 s.</summary>
internal static class ProbeSection
{
    private static readonly Dictionary<string, ProbeKind> Kinds = new()
    {
        ["models"] = ProbeKind.Models,
        ["call"] = ProbeKind.Call,
    };

    public static ProbeConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Probe, snakeCase: true);
        var defaults = new ProbeConfig();
        var probe = new ProbeConfig
        {
            Kind = section.Choice("kind", Kinds) ?? defaults.Kind,
            Interval = section.Seconds("intervalSeconds", 1, SectionReader.Day) ?? defaults.Interval,
            Timeout = section.Seconds("timeoutSeconds", SectionReader.ShortestDuration, 600) ?? defaults.Timeout,
        };
        // Otherwise checks of a target that hangs would run into each other. Unwritten, the timeout follows a shorter interval.
        if (probe.Timeout > probe.Interval && section.Has("timeoutSeconds"))
        {
            section.Error("timeoutSeconds", string.Create(CultureInfo.InvariantCulture,
                $"is longer than intervalSeconds ({probe.Interval.TotalSeconds}). Lower it, or raise intervalSeconds."));
        }

        return probe.Timeout > probe.Interval ? probe with { Timeout = probe.Interval } : probe;
    }
}
