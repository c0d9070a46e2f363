using System.Globalization;
using System.Text.Json;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Access;

/// <summary>Reads the JSON object of <c>POST</c> and <c>PATCH /admin/keys</c>. Fields that are absent stay as they are; null clears.</summary>
internal static class KeyDraftReader
{
    private static readonly string[] OnCreate = ["name", "role", "models", "providers", "tools", "priority", "expiresAt", "key"];
    private static readonly string[] OnUpdate = ["name", "role", "models", "providers", "tools", "priority", "expiresAt", "suspended"];

    /// <summary>Puts the fields of a new key over the defaults.</summary>
    public static KeyDraft Create(JsonElement body, out KeyError? error) => Read(body, new KeyDraft(), OnCreate, out error);

    /// <summary>Puts the fields that are given over those of a key.</summary>
    public static KeyDraft Update(JsonElement body, KeyDraft key, out KeyError? error) => Read(body, key, OnUpdate, out error);

    private static KeyDraft Read(JsonElement body, KeyDraft draft, string[] fields, out KeyError? error)
    {
        error = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            error = new KeyError(400, "invalid_request", "The body is a JSON object.");
            return draft;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in body.EnumerateObject())
        {
            error = Array.IndexOf(fields, property.Name) < 0 ? Unknown(property.Name, fields)
                : !seen.Add(property.Name) ? KeyError.Invalid(property.Name, $"{property.Name} is given twice.")
                : null;
            if (error is null) draft = Set(draft, property.Name, property.Value, out error);
            if (error is not null) return draft;
        }

        return draft;
    }

    private static KeyDraft Set(KeyDraft draft, string field, JsonElement value, out KeyError? error)
    {
        error = null;
        switch (field)
        {
            case "name":
                return draft with { Name = Text(value, field, ref error) };
            case "role":
                if (KeyRoleName.TryParse(Text(value, field, ref error), out var role)) return draft with { Role = role };
                error = KeyError.Invalid(field, $"role is one of {KeyRoleName.All}.");
                return draft;
            case "models":
                return draft with { Models = List(value, field, ref error) };
            case "providers":
                return draft with { Providers = List(value, field, ref error) };
            case "tools":
                return draft with { Tools = List(value, field, ref error) };
            case "priority":
                return draft with { Priority = Priority(value, field, ref error) };
            case "expiresAt":
                return draft with { ExpiresAt = Time(value, field, ref error) };
            case "suspended":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) error = KeyError.Invalid(field, "suspended is true or false.");
                return draft with { IsSuspended = value.ValueKind == JsonValueKind.True };
            default: // key
                return draft with { Key = Text(value, field, ref error) is { } key ? new Secret(key) : null };
        }
    }

    private static string? Text(JsonElement value, string field, ref KeyError? error)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String || !TryGetString(value, out var text))
        {
            error = KeyError.Invalid(field, $"{field} is a string.");
            return null;
        }

        return text;
    }

    private static string[]? List(JsonElement value, string field, ref KeyError? error)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            error = KeyError.Invalid(field, $"{field} is a list of strings, or null.");
            return null;
        }

        var list = new List<string>();
        foreach (var entry in value.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.String || !TryGetString(entry, out var text))
            {
                error = KeyError.Invalid(string.Create(CultureInfo.InvariantCulture, $"{field}[{list.Count}]"), $"{field} is a list of strings, or null.");
                return null;
            }

            list.Add(text);
        }

        return [.. list.Distinct(StringComparer.Ordinal)];
    }

    private static int Priority(JsonElement value, string field, ref KeyError? error)
    {
        if (value.ValueKind == JsonValueKind.Null) return KeyRules.DefaultPriority;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var priority) && KeyRules.PriorityProblem(priority) is null) return priority;
        error = KeyError.Invalid(field, $"{field}: {KeyRules.PriorityExpected}, or null for {KeyRules.DefaultPriority}.");
        return KeyRules.DefaultPriority;
    }

    private static DateTimeOffset? Time(JsonElement value, string field, ref KeyError? error)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && TryGetString(value, out var text) && KeyExpiry.TryParse(text, out var time)) return time;
        error = KeyError.Invalid(field, $"{field} is {KeyExpiry.Format}, or null.");
        return null;
    }

    // A lone surrogate escape (\ud800) is valid JSON and no text.
    private static bool TryGetString(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private static KeyError Unknown(string name, string[] fields)
    {
        if (name == "limits") return KeyError.Invalid(name, "limits: this version of Parley does not know limits of a key yet. Leave the field out.");
        if (name == "key") return KeyError.Invalid(name, "key: the value of a key cannot be changed. Make a new key and delete this one.");
        if (name == "suspended") return KeyError.Invalid(name, "suspended: a new key is not suspended. Suspend it afterwards with PATCH.");

        // Somebody may have pasted a key as the name of a field: long names are not repeated.
        return name.Length <= 32
            ? KeyError.Invalid(name, $"{name} is not a field of a key; known are {string.Join(", ", fields)}.")
            : new KeyError(400, "invalid_request", $"The body has a field that a key does not have; known are {string.Join(", ", fields)}.");
    }
}
