using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>POST and GET …/files, GET and DELETE …/files/{id}, GET …/files/{id}/content.</summary>
internal static class FilesOperation
{
    private const int MostListed = 10_000;

    private static readonly string[] Purposes = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];

    public static SimulatedReply Create(SimulatedCall call, SimulatorState state)
    {
        var upload = call.Upload!;
        var refusal = upload.Problem
            ?? (upload.FileName is null ? CommonRules.Missing("file")
                : upload.Purpose is null ? CommonRules.Missing("purpose")
                : !Purposes.Contains(upload.Purpose, StringComparer.Ordinal)
                    ? new Refusal(400, $"'{upload.Purpose}' is not one of [{string.Join(", ", Purposes.Select(purpose => $"'{purpose}'"))}] - 'purpose'")
                : upload.Length == 0 ? new Refusal(400, "File is empty.")
                : null);
        return refusal?.ToReply(call)
            ?? SimulatedReply.Json(Add(state, call.Created, upload.Purpose!, upload.FileName!, upload.Kept, upload.Length, upload.Sha256).Write());
    }

    public static StoredFile Add(SimulatorState state, long created, string purpose, string name, byte[] kept, long length, string hash)
    {
        var id = state.NewId("file-", 24);
        return state.Files.Add(id, new StoredFile(new SimulatedFile(id, purpose, name, length, hash), created, kept));
    }

    public static SimulatedReply List(SimulatedCall call, SimulatorState state)
    {
        var purpose = call.Query("purpose");
        return ListPage.Reply(call, state.Files.All.Where(file => purpose is null || file.File.Purpose == purpose), file => file.File.Id, file => file.Write(),
            MostListed, MostListed);
    }

    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state) =>
        state.Files.Find(call.PathName) is { } file ? SimulatedReply.Json(file.Write()) : NotFound(call, call.PathName!).ToReply(call);

    public static SimulatedReply Delete(SimulatedCall call, SimulatorState state) => !state.Files.Remove(call.PathName!)
        ? NotFound(call, call.PathName!).ToReply(call)
        : SimulatedReply.Json(new JsonObject { ["object"] = "file", ["deleted"] = true, ["id"] = call.PathName });

    public static SimulatedReply Content(SimulatedCall call, SimulatorState state)
    {
        if (state.Files.Find(call.PathName) is not { } file)
            return NotFound(call, call.PathName!).ToReply(call);
        if (file.File.Purpose == "assistants")
            return new Refusal(400, "Not allowed to download files of purpose: assistants").ToReply(call);
        return new SimulatedReply
        {
            ContentType = "application/octet-stream",
            Chunks = file.Content(),
            Length = file.File.Length,
            Headers = [new("content-disposition", $"attachment; filename=\"{Uri.EscapeDataString(file.File.Name)}\"")],
        };
    }

    public static Refusal NotFound(SimulatedCall call, string id) => call.Vendor == Vendor.Azure
        ? Refusal.FrontDoor(404, "resourceNotFound", $"File with id {id} not found.")
        : new Refusal(404, $"No such File object: {id}", Param: "id");
}
