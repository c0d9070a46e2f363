using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary><c>defaults</c> of a model or an alias: what is sent when the request has none of its own.</summary>
internal static class DefaultsSection
{
    public static RequestDefaults Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.RequestDefaults);
        return new RequestDefaults
        {
            Temperature = section.Number("temperature", 0, 2),
            MaxTokens = section.OptionalInt("maxTokens", 1, 10_000_000),
            System = section.String("system"),
        };
    }
}
