using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A model's <c>affinity</c>.</summary>
internal static class AffinitySection
{
    private static readonly Dictionary<string, AffinityKind> Kinds = new()
    {
        ["cookie"] = AffinityKind.Cookie,
        ["header"] = AffinityKind.Header,
        ["key"] = AffinityKind.Key,
    };

    public static AffinityConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Affinity);
        var kind = section.Required("kind", $"Say one of {string.Join(", ", Kinds.Keys)}.") is null ? null : section.Choice("kind", Kinds);
        if (kind == AffinityKind.Header) section.Required("name", "Name the header that tells clients apart.");
        if (kind == AffinityKind.Key && section.Has("name"))
            section.Error("name", "does not belong to kind key: the caller's key tells clients apart. Remove it.");
        var name = section.String("name");
        if (name is not null) CheckName(section, kind, name);
        return new AffinityConfig(kind ?? AffinityKind.Cookie, name ?? AffinityConfig.DefaultCookie);
    }

    private static void CheckName(SectionReader section, AffinityKind? kind, string name)
    {
        if (HeaderNames.Problem(name, section.Shown("name")) is { } problem)
            section.Error("name", problem);
        else if (kind == AffinityKind.Header && HeaderNames.CarriesKey(name))
            section.Error("name", $"{section.Shown("name")} carries the caller's key. Write \"kind\": \"key\", which works with every way to send one.");
        else if (kind == AffinityKind.Header && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            section.Error("name", "Cookie holds all cookies of a client. Write \"kind\": \"cookie\" for one of Parley's own.");
    }
}
