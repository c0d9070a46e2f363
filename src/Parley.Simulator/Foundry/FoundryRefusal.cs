namespace Parley.Simulator;

/// <summary>What Foundry's agents refuse: its front door in two members, the service behind it in OpenAI's four.</summary>
internal static class FoundryRefusal
{
    public static Refusal NoToken { get; } =
        Refusal.FrontDoor(401, "401", "Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), or have expired.");

    public static Refusal Unknown(string kind, string? id) => new(404, $"No {kind} found with id '{id}'.");

    public static Refusal WrongPrefix(string name, string id, string prefix) =>
        new(400, $"Invalid '{name}': '{id}'. Expected an ID that begins with '{prefix}'.", Param: name, Code: "invalid_value");
}
