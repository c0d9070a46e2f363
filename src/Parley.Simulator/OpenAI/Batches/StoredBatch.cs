using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>
/// A batch. It is <c>validating</c> when it is made and goes on as it is asked for: <c>in_progress</c>, then <c>completed</c> with its output, or
/// <c>failed</c> when its input cannot be run.
/// </summary>
internal sealed class StoredBatch(string id, string endpoint, string inputFile, long created, JsonNode? metadata)
{
    // The only window there is: 24 hours.
    private const long Window = 24 * 60 * 60;

    private int polls;

    public Lock Gate { get; } = new();

    public string Id => id;

    public string Endpoint => endpoint;

    public string InputFile => inputFile;

    public string Status { get; private set; } = "validating";

    public bool Ended => Status is "completed" or "failed" or "cancelled";

    public BatchOutcome? Outcome { get; private set; }

    /// <summary>What asking for it does: one step further. <paramref name="run"/> makes what the batch comes to, when that is due.</summary>
    public void Poll(int pollsUntilDone, Func<BatchOutcome> run)
    {
        if (Ended)
            return;
        if (Status == "cancelling")
        {
            Status = "cancelled";
            return;
        }
        Status = "in_progress";
        if (++polls < pollsUntilDone)
            return;
        Outcome = run();
        Status = Outcome.Errors.Count > 0 ? "failed" : "completed";
    }

    public void Cancel() => Status = "cancelling";

    public JsonObject Write() => new()
    {
        ["id"] = id,
        ["object"] = "batch",
        ["endpoint"] = endpoint,
        ["errors"] = Outcome is { Errors.Count: > 0 } failed ? new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. failed.Errors.Select(error => new JsonObject
            {
                ["code"] = error.Code,
                ["message"] = error.Message,
                ["param"] = null,
                ["line"] = error.Line,
            })]),
        }
        : null,
        ["input_file_id"] = inputFile,
        ["completion_window"] = "24h",
        ["status"] = Status,
        ["output_file_id"] = Outcome?.OutputFile,
        ["error_file_id"] = Outcome?.ErrorFile,
        ["created_at"] = created,
        ["in_progress_at"] = Status is "validating" or "failed" ? null : created,
        ["expires_at"] = created + Window,
        ["finalizing_at"] = Status == "completed" ? created : null,
        ["completed_at"] = Status == "completed" ? created : null,
        ["failed_at"] = Status == "failed" ? created : null,
        ["expired_at"] = null,
        ["cancelling_at"] = Status is "cancelling" or "cancelled" ? created : null,
        ["cancelled_at"] = Status == "cancelled" ? created : null,
        ["request_counts"] = new JsonObject
        {
            ["total"] = Outcome is { } done ? done.Completed + done.Failed : 0,
            ["completed"] = Outcome?.Completed ?? 0,
            ["failed"] = Outcome?.Failed ?? 0,
        },
        ["metadata"] = metadata?.DeepClone(),
    };
}
