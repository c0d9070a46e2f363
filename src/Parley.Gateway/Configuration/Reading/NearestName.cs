namespace Parley.Gateway.Configuration.Reading;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The nearest of <paramref name="known"/> by edit distance, case ignored; null when none is near enough to be meant.</summary>
    public static string? Of(string asked, IEnumerable<string> known)
    {
        // The distance is quadratic in the length: names of hostile length are not compared.
        if (asked.Length > 100)
            return null;
        string? best = null;
        var bestDistance = Math.Max(2, asked.Length / 3) + 1;
        foreach (var name in known)
        {
            if (name.Length > 100)
                continue;
            var distance = Distance(Fold(asked), Fold(name));
            if (distance < bestDistance)
                (best, bestDistance) = (name, distance);
        }

        return best;
    }

    /// <summary><c> Did you mean "x"?</c>, with a leading space, or nothing.</summary>
    public static string Hint(string asked, IEnumerable<string> known) => Of(asked, known) is { } name ? $" Did you mean \"{name}\"?" : "";

    private static string Fold(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
