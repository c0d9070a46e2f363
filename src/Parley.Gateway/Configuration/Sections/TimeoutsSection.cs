using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A model's <c>timeouts</c>.</summary>
internal static class TimeoutsSection
{
    public static TimeoutsConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Timeouts);
        return new TimeoutsConfig
        {
            Connect = section.Seconds("connectSeconds", SectionReader.ShortestDuration, 600),
            FirstByte = section.Seconds("firstByteSeconds", SectionReader.ShortestDuration, SectionReader.Day),
            FirstToken = section.Seconds("firstTokenSeconds", SectionReader.ShortestDuration, SectionReader.Day),
            Idle = section.Seconds("idleSeconds", SectionReader.ShortestDuration, SectionReader.Day),
            Total = section.Seconds("totalSeconds", SectionReader.ShortestDuration, SectionReader.Day),
        };
    }
}
