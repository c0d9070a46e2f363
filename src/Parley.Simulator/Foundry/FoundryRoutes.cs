namespace Parley.Simulator;

/// <summary>
/// The paths of Foundry's agents below <c>/api/projects/{project}</c>: classic ones (threads and runs) and the new ones' own need an
/// <c>api-version</c>; <c>openai/v1</c> takes none, or <c>v1</c>.
/// </summary>
internal static class FoundryRoutes
{
    private static readonly string[] Versions = ["v1", "2025-05-01", "2025-05-15-preview"];

    public static Refusal NotFound { get; } = Refusal.FrontDoor(404, "404", "Resource not found");

    private static readonly Refusal NoVersion =
        Refusal.FrontDoor(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");

    private static readonly Refusal WrongVersion = Refusal.FrontDoor(400, "BadRequest", "API version not supported");

    /// <summary><paramref name="rest"/> is the path below <c>/api/projects</c>.</summary>
    public static (Route? Route, Refusal? Refusal) Resolve(string method, ReadOnlySpan<string> rest, string? apiVersion)
    {
        if (rest is not [var project, .. var path])
            return (null, NotFound);
        // A project that does not exist is not told from a path that does not.
        if (project.StartsWith("missing", StringComparison.Ordinal) || Find(method, path.ToArray()) is not { } route)
            return (null, NotFound);
        if (path is ["openai", "v1", ..])
            return apiVersion is null or "" or "v1" or "preview" ? (route, null) : (null, WrongVersion);
        if (string.IsNullOrEmpty(apiVersion))
            return (null, NoVersion);
        return Versions.Contains(apiVersion, StringComparer.Ordinal) ? (route, null) : (null, WrongVersion);
    }

    private static Route? Find(string method, string[] path)
    {
        (Operation Operation, string? Name, string? Child)? found = (method, path) switch
        {
            ("GET", ["assistants", var id]) => (Operation.RetrieveAssistant, id, null),
            ("POST", ["threads"]) => (Operation.CreateThread, null, null),
            ("POST", ["threads", "runs"]) => (Operation.CreateThreadAndRun, null, null),
            ("GET", ["threads", var id]) => (Operation.RetrieveThread, id, null),
            ("DELETE", ["threads", var id]) => (Operation.DeleteThread, id, null),
            ("POST", ["threads", var id, "messages"]) => (Operation.CreateThreadMessage, id, null),
            ("GET", ["threads", var id, "messages"]) => (Operation.ListThreadMessages, id, null),
            ("POST", ["threads", var id, "runs"]) => (Operation.CreateRun, id, null),
            ("GET", ["threads", var id, "runs", var run]) => (Operation.RetrieveRun, id, run),
            ("POST", ["threads", var id, "runs", var run, "cancel"]) => (Operation.CancelRun, id, run),
            ("GET", ["threads", var id, "runs", var run, "steps"]) => (Operation.ListRunSteps, id, run),
            ("POST", ["agents"]) => (Operation.CreateAgent, null, null),
            ("GET", ["agents", var id]) => (Operation.RetrieveAgent, id, null),
            ("POST", ["openai", "v1", "conversations"]) => (Operation.CreateConversation, null, null),
            ("GET", ["openai", "v1", "conversations", var id]) => (Operation.RetrieveConversation, id, null),
            ("DELETE", ["openai", "v1", "conversations", var id]) => (Operation.DeleteConversation, id, null),
            ("GET", ["openai", "v1", "conversations", var id, "items"]) => (Operation.ListConversationItems, id, null),
            ("POST", ["openai", "v1", "responses"]) => (Operation.Responses, null, null),
            ("GET", ["openai", "v1", "responses", var id]) => (Operation.RetrieveResponse, id, null),
            ("DELETE", ["openai", "v1", "responses", var id]) => (Operation.DeleteResponse, id, null),
            _ => null,
        };
        return found is { } known ? new Route(Vendor.Foundry, known.Operation, known.Name) { Child = known.Child } : null;
    }
}
