using System.Globalization;

namespace Parley.Gateway.Access;

/// <summary>What the fields of a key may hold.</summary>
internal static class KeyRules
{
    /// <summary>The priority of a key that is given none.</summary>
    public const int DefaultPriority = 5;

    /// <summary>The highest priority; the lowest is 1.</summary>
    public const int MaxPriority = 10;

    private const int MaxNameLength = 100;
    private const int MaxListLength = 1_000;
    private const int MaxEntryLength = 256;

    /// <summary>The first thing that is wrong with a draft, or null.</summary>
    public static KeyError? Problem(KeyDraft draft)
    {
        if (draft.Key is { } key && KeyValue.Problem(key.Reveal()) is { } value) return KeyError.Invalid("key", "key: " + value + ".");
        if (NameProblem(draft.Name) is { } name) return KeyError.Invalid("name", "name: " + name + ".");

        // Names are shown and logged; keys are not.
        if (draft.Key is { } same && draft.Name!.Contains(same.Reveal(), StringComparison.Ordinal))
            return KeyError.Invalid("name", "name: the name must not hold the key, because names are logged.");
        if (PriorityProblem(draft.Priority) is { } priority) return KeyError.Invalid("priority", "priority: " + priority + ".");
        return ListProblem("models", draft.Models) ?? ListProblem("providers", draft.Providers) ?? ListProblem("tools", draft.Tools);
    }

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? NameProblem(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return "a key needs a name";
        if (name.Length > MaxNameLength) return string.Create(CultureInfo.InvariantCulture, $"a name has at most {MaxNameLength} characters");
        return name.Any(static c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            ? "a name holds no control characters, line ends or characters beyond the basic plane"
            : null;
    }

    /// <summary>For messages.</summary>
    public static string PriorityExpected { get; } =
        string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {MaxPriority} is expected; the higher one is served first where calls wait");

    /// <summary>What is wrong with a priority, or null.</summary>
    public static string? PriorityProblem(int priority) => priority is >= 1 and <= MaxPriority ? null : PriorityExpected;

    private static KeyError? ListProblem(string field, IReadOnlyList<string>? list)
    {
        if (list is null) return null;
        if (list.Count > MaxListLength)
            return KeyError.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"{field}: a key lists at most {MaxListLength}."));
        for (var i = 0; i < list.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(list[i]) && list[i].Length <= MaxEntryLength && !list[i].Any(char.IsControl)) continue;
            var path = string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]");
            return KeyError.Invalid(path, string.Create(CultureInfo.InvariantCulture, $"{path}: a name of 1 to {MaxEntryLength} characters is expected."));
        }

        return null;
    }
}
