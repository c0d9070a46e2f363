using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The files that a chat or Responses request speaks of by id: those that this simulator does not hold are refused.</summary>
internal static class FileReferences
{
    public static Refusal? Check(SimulatedCall call, SimulatorState state)
    {
        var list = call.Operation == Operation.ChatCompletions ? "messages" : "input";
        foreach (var message in call.Body.FindArray(list))
        {
            foreach (var part in message.FindArray("content"))
            {
                if (IdOf(part) is { } id && state.Files.Find(id) is null)
                    return new Refusal(404, $"Files [{id}] were not found", Param: list);
            }
        }
        return null;
    }

    private static string? IdOf(JsonElement part) => part.FindString("type") switch
    {
        "file" => part.Find("file")?.FindString("file_id"),
        "input_file" or "input_image" => part.FindString("file_id"),
        _ => null,
    };
}
