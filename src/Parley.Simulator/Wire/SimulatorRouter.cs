namespace Parley.Simulator;

/// <summary>
/// From method, path and query to an operation, as strict as the vendors. The paths of Anthropic, Gemini and Bedrock are in
/// <see cref="OtherRoutes"/>, those of agents in <see cref="FoundryRoutes"/>; these are OpenAI's and Azure's: OpenAI answers 404 "Invalid URL" and 405;
/// Azure's front door answers <c>{"error":{"code":"404","message":"Resource not found"}}</c> to every path it does not know,
/// and to its classic paths when <c>api-version</c> is missing or no version it knows (MicrosoftDocs/azure-docs#114602, microsoft/azurechat#426).
/// </summary>
internal static class SimulatorRouter
{
    private static readonly Refusal AzureNotFound = Refusal.FrontDoor(404, "404", "Resource not found");

    /// <summary><paramref name="speaksAnthropic"/>: the request has a header only Anthropic's clients send; it decides who owns <c>/v1/models</c>.</summary>
    public static (Route? Route, Refusal? Refusal) Resolve(string method, string path, string? apiVersion, bool speaksAnthropic)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return VendorOf(segments, speaksAnthropic) switch
        {
            Vendor.Azure => Azure(method, segments.AsSpan(1), apiVersion),
            Vendor.Anthropic => OtherRoutes.Anthropic(Vendor.Anthropic, method, segments.AsSpan(1)),
            Vendor.AzureAnthropic => OtherRoutes.Anthropic(Vendor.AzureAnthropic, method, segments.AsSpan(2)),
            Vendor.Gemini => OtherRoutes.Gemini(method, segments.AsSpan(1)),
            Vendor.Bedrock => OtherRoutes.Bedrock(method, segments.AsSpan(1)),
            Vendor.Foundry => FoundryRoutes.Resolve(method, segments.AsSpan(2), apiVersion),
            _ => OpenAI(method, path, segments),
        };
    }

    public static Vendor VendorOf(string path, bool speaksAnthropic) =>
        VendorOf(path.Split('/', StringSplitOptions.RemoveEmptyEntries), speaksAnthropic);

    private static Vendor VendorOf(string[] segments, bool speaksAnthropic) => segments switch
    {
        ["openai", ..] => Vendor.Azure,
        ["v1", "messages", ..] => Vendor.Anthropic,
        ["v1", "models", ..] when speaksAnthropic => Vendor.Anthropic,
        ["anthropic", "v1", ..] => Vendor.AzureAnthropic,
        ["v1beta", ..] => Vendor.Gemini,
        ["model", ..] => Vendor.Bedrock,
        ["api", "projects", ..] => Vendor.Foundry,
        _ => Vendor.OpenAI,
    };

    private static (Route?, Refusal?) OpenAI(string method, string path, string[] segments)
    {
        if (segments is not ["v1", .. var rest])
            return (null, InvalidUrl(method, path));
        var found = Find(Vendor.OpenAI, rest);
        if (found.Count == 0)
            return (null, InvalidUrl(method, path));
        var route = found.FirstOrDefault(candidate => candidate.Method == method).Route;
        return route is not null ? (route, null) : (null, new Refusal(405,
            $"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)", Code: "method_not_supported"));
    }

    private static (Route?, Refusal?) Azure(string method, ReadOnlySpan<string> rest, string? apiVersion)
    {
        if (rest is ["v1", .. var v1])
        {
            // The v1 surface needs no version; it knows only these two (a date belongs to the classic paths).
            if (apiVersion is not (null or "" or "preview" or "v1"))
                return (null, new Refusal(400, "API version not supported", Type: null, Code: "BadRequest", Bare: true));
            return Pick(Find(Vendor.Azure, v1.ToArray()), method);
        }
        if (!IsDated(apiVersion))
            return (null, AzureNotFound);
        switch (rest)
        {
            case ["deployments", var deployment, "chat", "completions"]:
                return Pick([("POST", new Route(Vendor.Azure, Operation.ChatCompletions, deployment))], method);
            case ["deployments", var deployment, "embeddings"]:
                return Pick([("POST", new Route(Vendor.Azure, Operation.Embeddings, deployment))], method);
            case ["deployments", var deployment, .. var operation] when MediaRoutes.Find(Vendor.Azure, operation) is { } media:
                return Pick([("POST", new Route(Vendor.Azure, media, deployment))], method);
            case ["responses", ..]:
                return string.CompareOrdinal(apiVersion, "2025-03-01-preview") < 0
                    ? (null, new Refusal(400, "Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later",
                        Type: null, Code: "BadRequest", Bare: true))
                    : Pick(Find(Vendor.Azure, rest.ToArray()), method);
            case ["models" or "files" or "batches", ..]:
                return Pick(Find(Vendor.Azure, rest.ToArray()), method);
            default:
                return (null, AzureNotFound);
        }
    }

    private static List<(string Method, Route Route)> Find(Vendor vendor, string[] rest) => rest switch
    {
        ["chat", "completions"] => [("POST", new Route(vendor, Operation.ChatCompletions))],
        ["embeddings"] => [("POST", new Route(vendor, Operation.Embeddings))],
        ["responses"] => [("POST", new Route(vendor, Operation.Responses))],
        ["responses", var id] => [("GET", new Route(vendor, Operation.RetrieveResponse, id)), ("DELETE", new Route(vendor, Operation.DeleteResponse, id))],
        ["files"] => [("POST", new Route(vendor, Operation.UploadFile)), ("GET", new Route(vendor, Operation.ListFiles))],
        ["files", var id] => [("GET", new Route(vendor, Operation.RetrieveFile, id)), ("DELETE", new Route(vendor, Operation.DeleteFile, id))],
        ["files", var id, "content"] => [("GET", new Route(vendor, Operation.FileContent, id))],
        ["batches"] => [("POST", new Route(vendor, Operation.CreateBatch)), ("GET", new Route(vendor, Operation.ListBatches))],
        ["batches", var id] => [("GET", new Route(vendor, Operation.RetrieveBatch, id))],
        ["batches", var id, "cancel"] => [("POST", new Route(vendor, Operation.CancelBatch, id))],
        ["models"] => [("GET", new Route(vendor, Operation.ListModels))],
        // Model ids may hold slashes: parley/echo.
        ["models", .. var id] => [("GET", new Route(vendor, Operation.RetrieveModel, string.Join('/', id)))],
        _ => MediaRoutes.Find(vendor, rest) is { } media ? [("POST", new Route(vendor, media))] : [],
    };

    private static (Route?, Refusal?) Pick(List<(string Method, Route Route)> found, string method)
    {
        foreach (var candidate in found)
        {
            if (candidate.Method == method)
                return (candidate.Route, null);
        }
        return (null, AzureNotFound);
    }

    // 2024-10-21, 2025-03-01-preview
    private static bool IsDated(string? version) =>
        version is { Length: 10 or 18 } && DateOnly.TryParseExact(version.AsSpan(0, 10), "yyyy-MM-dd", out _) && (version.Length == 10 || version.EndsWith("-preview", StringComparison.Ordinal));

    private static Refusal InvalidUrl(string method, string path) => new(404, $"Invalid URL ({method} {path})");
}
