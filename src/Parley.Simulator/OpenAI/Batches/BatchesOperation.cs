using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST and GET …/batches, GET …/batches/{id}, POST …/batches/{id}/cancel.</summary>
internal static class BatchesOperation
{
    private static readonly string[] Endpoints = ["/v1/chat/completions", "/v1/embeddings", "/v1/responses"];

    // Azure's classic paths leave the version out of the endpoint.
    private static readonly string[] AzureEndpoints = ["/chat/completions", "/embeddings", .. Endpoints];

    public static SimulatedReply Create(SimulatedCall call, SimulatorState state)
    {
        if (Check(call, state) is { } refusal)
            return refusal.ToReply(call);
        var id = state.NewId("batch_", 32);
        var body = call.Body;
        return SimulatedReply.Json(state.Batches.Add(id,
            new StoredBatch(id, body.FindString("endpoint")!, body.FindString("input_file_id")!, call.Created, body.FindNode("metadata"))).Write());
    }

    public static SimulatedReply List(SimulatedCall call, SimulatorState state) =>
        ListPage.Reply(call, state.Batches.All, batch => batch.Id, batch => batch.Write());

    /// <summary><paramref name="answer"/> answers a request of the batch, when it is due.</summary>
    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state, Func<SimulatedCall, SimulatedReply> answer)
    {
        if (state.Batches.Find(call.PathName) is not { } batch)
            return NotFound(call).ToReply(call);
        lock (batch.Gate)
        {
            batch.Poll(call.Options.PollsUntilDone, () => BatchWork.Run(call, state, batch, answer));
            return SimulatedReply.Json(batch.Write());
        }
    }

    public static SimulatedReply Cancel(SimulatedCall call, SimulatorState state)
    {
        if (state.Batches.Find(call.PathName) is not { } batch)
            return NotFound(call).ToReply(call);
        lock (batch.Gate)
        {
            if (batch.Ended)
                return new Refusal(409, $"Cannot cancel a batch with status '{batch.Status}'.").ToReply(call);
            batch.Cancel();
            return SimulatedReply.Json(batch.Write());
        }
    }

    private static Refusal? Check(SimulatedCall call, SimulatorState state)
    {
        var body = call.Body;
        foreach (var name in (ReadOnlySpan<string>)["input_file_id", "endpoint", "completion_window"])
        {
            if (body.Find(name) is not { } value)
                return CommonRules.Missing(name);
            if (value.ValueKind != JsonValueKind.String)
                return CommonRules.WrongType(name, "a string", value);
        }
        if (CommonRules.Types(body, ("metadata", "an object")) is { } wrong)
            return wrong;
        var endpoints = call.Vendor == Vendor.Azure ? AzureEndpoints : Endpoints;
        if (!endpoints.Contains(body.FindString("endpoint"), StringComparer.Ordinal))
            return OneOf("endpoint", body.FindString("endpoint")!, endpoints);
        if (body.FindString("completion_window") != "24h")
            return OneOf("completion_window", body.FindString("completion_window")!, ["24h"]);
        var input = body.FindString("input_file_id")!;
        if (state.Files.Find(input) is not { } file)
            return FilesOperation.NotFound(call, input);
        return file.File.Purpose == "batch" ? null
            : new Refusal(400, $"Expected file to have purpose 'batch', but got '{file.File.Purpose}' instead.", Param: "input_file_id", Code: "invalid_value");
    }

    private static Refusal OneOf(string name, string value, string[] supported) =>
        new(400, $"Invalid value: '{value}'. Supported values are: {string.Join(", ", supported.Select(one => $"'{one}'"))}.", Param: name, Code: "invalid_value");

    private static Refusal NotFound(SimulatedCall call) => call.Vendor == Vendor.Azure
        ? Refusal.FrontDoor(404, "resourceNotFound", $"Batch with id {call.PathName} not found.")
        : new Refusal(404, $"No batch found with id '{call.PathName}'.");
}
