using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>Reads lists of HTTP statuses: <c>[429, "500-599"]</c>.</summary>
internal static class StatusRanges
{
    private const int Most = 50;

    /// <param name="section">The section.</param>
    /// <param name="name">The key.</param>
    /// <param name="problem">What is wrong with a range that was read, or null.</param>
    public static List<StatusRange>? Read(SectionReader section, string name, Func<StatusRange, string?> problem)
    {
        if (section.Items(name) is not { } items)
            return null;
        if (items.Count > Most)
            section.Error(name, string.Create(CultureInfo.InvariantCulture, $"has {items.Count} entries; at most {Most} are taken. Write ranges, such as \"500-599\"."));
        List<StatusRange> ranges = [];
        foreach (var item in items)
        {
            if (item.IsIncomplete) continue;
            if (Parse(item) is not { } range)
                section.Context.Error(item, "is not an HTTP status or a range of them. Write 429, or \"500-599\" with the lower one first.");
            else if (problem(range) is { } found)
                section.Context.Error(item, found);
            else
                ranges.Add(range);
        }

        return ranges;
    }

    private static StatusRange? Parse(ConfigurationNode item)
    {
        if (item.Kind is not (ConfigurationNodeKind.Number or ConfigurationNodeKind.String))
            return null;
        var parts = item.Text.Split('-');
        if (parts.Length > 2 || Status(parts[0]) is not { } from || Status(parts[^1]) is not { } to || to < from)
            return null;
        return new StatusRange(from, to);
    }

    private static int? Status(string text) =>
        text.Trim() is { Length: 3 } digits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        && status is >= 100 and <= 599
            ? status
            : null;
}
