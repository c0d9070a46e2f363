using System.Text.Json;

namespace Parley.Simulator;

/// <summary>GET …/models and …/models/{id}.</summary>
internal static class ModelsOperation
{
    // When the simulated models came to be: the same on every day.
    private const long Created = 1_715_367_049;

    public static SimulatedReply List(SimulatedCall call) => new()
    {
        Body = Json.Write(call, static (writer, call) =>
        {
            writer.WriteStartObject();
            writer.WriteString("object", "list");
            writer.WriteStartArray("data");
            foreach (var model in Ids(call))
                Write(writer, call, model);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    };

    public static SimulatedReply Retrieve(SimulatedCall call)
    {
        var id = Uri.UnescapeDataString(call.PathName!);
        if (call.Vendor == Vendor.OpenAI ? !ModelTraits.Exists(id) : !Ids(call).Contains(id))
        {
            return call.Vendor == Vendor.OpenAI
                ? new Refusal(404, $"The model '{id}' does not exist", Param: "model", Code: "model_not_found").ToReply(call)
                : Refusal.FrontDoor(404, "ResourceNotFound", "The specified resource was not found.").ToReply(call);
        }
        return new SimulatedReply { Body = Json.Write((call, id), static (writer, state) => Write(writer, state.call, state.id)) };
    }

    private static IEnumerable<string> Ids(SimulatedCall call) =>
        call.Vendor == Vendor.Azure ? call.Options.AzureDeployments : ModelTraits.Known.Keys.Order(StringComparer.Ordinal);

    private static void Write(Utf8JsonWriter writer, SimulatedCall call, string model)
    {
        writer.WriteStartObject();
        writer.WriteString("id", model);
        writer.WriteString("object", "model");
        if (call.Vendor == Vendor.Azure)
        {
            // Azure's own model objects: a catalogue entry with what it can do.
            writer.WriteNumber("created_at", Created);
            writer.WriteString("status", "succeeded");
            writer.WriteString("lifecycle_status", "generally-available");
            writer.WriteStartObject("capabilities");
            writer.WriteBoolean("fine_tune", false);
            writer.WriteBoolean("inference", true);
            writer.WriteBoolean("completion", false);
            writer.WriteBoolean("chat_completion", !ModelTraits.IsEmbedding(model));
            writer.WriteBoolean("embeddings", ModelTraits.IsEmbedding(model));
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNumber("created", Created);
            writer.WriteString("owned_by", model == ModelTraits.Echo || ModelTraits.IsSimulated(model) ? "parley" : "system");
        }
        writer.WriteEndObject();
    }
}
