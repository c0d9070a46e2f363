namespace Parley.Dialects.Conversations;

/// <summary>What one translation could not carry over. Bounded: past <see cref="Most"/> only the number grows.</summary>
public sealed class LossReport
{
    /// <summary>The most losses that are listed.</summary>
    public const int Most = 64;

    // Names of fields are the caller's, and stand in a header and in every log line: as long as a path of ours could ever be.
    private const int LongestText = 200;

    private List<TranslationLoss>? _losses;

    /// <summary>The losses in the order in which they were met; one for each path.</summary>
    public IReadOnlyList<TranslationLoss> Losses => _losses ?? (IReadOnlyList<TranslationLoss>)[];

    /// <summary>All losses, listed or not.</summary>
    public int Count { get; private set; }

    /// <summary>Notes a loss of something that our model names.</summary>
    public void Add(string path, string reason) => Add(path, reason, Label(path));

    /// <summary>Notes a loss; <paramref name="label"/> must not hold text of the caller's.</summary>
    public void Add(string path, string reason, string label)
    {
        _losses ??= [];
        path = Capped(path);
        foreach (var known in _losses)
        {
            if (known.Path == path) return;
        }

        Count++;
        if (_losses.Count < Most) _losses.Add(new TranslationLoss(path, Capped(reason), label));
    }

    private static string Capped(string text)
    {
        if (text.Length <= LongestText) return text;
        // Not between the halves of a surrogate pair.
        var length = char.IsHighSurrogate(text[LongestText - 4]) ? LongestText - 4 : LongestText - 3;
        return string.Concat(text.AsSpan(0, length), "...");
    }

    private static string Label(string path)
    {
        if (!path.Contains('[', StringComparison.Ordinal)) return path;
        var label = new System.Text.StringBuilder(path.Length);
        var isInside = false;
        foreach (var c in path)
        {
            if (c == ']') isInside = false;
            if (!isInside) label.Append(c);
            if (c == '[') isInside = true;
        }

        return label.ToString();
    }
}
