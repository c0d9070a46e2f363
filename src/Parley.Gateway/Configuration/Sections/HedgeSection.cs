using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A model's <c>hedge</c>; an empty object means after the model's own 95th percentile of time to first token.</summary>
internal static class HedgeSection
{
    public static HedgeConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Hedge);
        return new HedgeConfig { After = section.Milliseconds("afterMilliseconds", 1, 600_000) };
    }
}
