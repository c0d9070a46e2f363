namespace Parley.Gateway.Access;

/// <summary>The one rule on what somebody may hand out: never more than they have, neither on making nor on changing a key.</summary>
internal static class KeyGrants
{
    /// <summary>Why <paramref name="actor"/> may not give (or touch) a key with these grants, or null.</summary>
    public static KeyError? Refusal(
        KeyActor actor, KeyRole role, IReadOnlyList<string>? models, IReadOnlyList<string>? providers, IReadOnlyList<string>? tools, int priority)
    {
        if (actor.Caller is not { } giver || giver.Role == KeyRole.Admin) return null;
        if (role != giver.Role) return Exceeds("role", "the role");
        if (giver.Models is { } mine && (models is null || !models.All(mine.Contains))) return Exceeds("models", "models");
        if (providers is { Count: > 0 } && !(giver.Providers is { } own && providers.All(own.Contains))) return Exceeds("providers", "providers");
        if (giver.Tools is { } callable && (tools is null || !tools.All(callable.Contains))) return Exceeds("tools", "tools");
        if (priority > giver.Priority) return Exceeds("priority", "a priority");
        return null;
    }

    private static KeyError Exceeds(string path, string what) => new(403, "grant_exceeded", $"A key cannot be given {what} that its giver does not have.", path);
}
