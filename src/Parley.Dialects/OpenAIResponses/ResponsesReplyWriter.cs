using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes a whole response, with every field of the schema.</summary>
internal static class ResponsesReplyWriter
{
    internal static void Write(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        var own = Own(reply);
        var output = new ResponsesOutput(context) { IsOwn = reply.VendorDialect == Dialect.OpenAIResponses && reply.Vendor.Count > 0 };
        foreach (var part in reply.Parts) output.Add(part, out _);
        if (output.Last is { } last) last.IsIncomplete = ResponsesFinish.Reason(reply.Ending, HasRefusal(reply)).IsPresent;
        var id = output.IsOwn && !reply.Id.IsEmpty ? reply.Id : JsonString.From("resp_" + context.Id);
        Begin(json, id, context, own);
        End(json, reply, context, output, own);
        ResponsesEcho.Write(json, context, own);
        json.EndObject();
    }

    /// <summary>The fields of the provider's response, when it was one of the dialect's own.</summary>
    internal static IReadOnlyList<VendorField> Own(FoldedReply reply) => reply.VendorDialect == Dialect.OpenAIResponses ? reply.Vendor : [];

    internal static bool HasRefusal(FoldedReply reply)
    {
        foreach (var part in reply.Parts)
        {
            if (part is { Kind: ReplyPartKind.Refusal, Choice: 0 }) return true;
        }

        return false;
    }

    /// <summary>Opens the object with the members that are the same from the first event to the last.</summary>
    internal static void Begin(JsonOutput json, JsonString id, ReplyContext context, IReadOnlyList<VendorField> own)
    {
        json.BeginObject().Member("id"u8, id).Member("object"u8, "response"u8);
        var created = ResponsesEcho.Of(own, "created_at"u8);
        if (created.IsPresent) json.Member("created_at"u8, created);
        else json.Member("created_at"u8, context.Created);
        json.Member("model"u8, context.Model);
    }

    /// <summary>Writes the members of a response that has ended.</summary>
    internal static void End(JsonOutput json, FoldedReply reply, ReplyContext context, ResponsesOutput output,
        IReadOnlyList<VendorField> own)
    {
        var reason = ResponsesFinish.Reason(reply.Ending, HasRefusal(reply));
        var background = ResponsesFinish.Background(reply.Ending);
        var isComplete = reason.IsEmpty && background.IsEmpty;
        if (!background.IsEmpty) json.Member("status"u8, background);
        else json.Member("status"u8, isComplete ? "completed"u8 : "incomplete"u8);
        ResponsesFinish.Report(reply.Ending, own, context.Losses);
        Completed(json, isComplete, context, own);
        json.Name("error"u8).Null().Name("incomplete_details"u8);
        if (reason.IsEmpty) json.Null();
        else json.BeginObject().Member("reason"u8, reason).EndObject();
        Output(json, output, context.Losses);
        json.Name("usage"u8);
        if (reply.HasUsage) ResponsesUsage.Write(json, reply.Usage);
        else json.Null();
    }

    /// <summary>Writes <c>output</c> with the items as they are.</summary>
    internal static void Output(JsonOutput json, ResponsesOutput output, LossReport losses)
    {
        json.BeginArray("output"u8);
        foreach (var item in output.Items) ResponsesItemWriter.Write(json, item, output, losses);
        json.EndArray();
    }

    private static void Completed(JsonOutput json, bool isComplete, ReplyContext context, IReadOnlyList<VendorField> own)
    {
        json.Name("completed_at"u8);
        if (ResponsesEcho.Of(own, "completed_at"u8) is { IsPresent: true } at) json.Value(at);
        else if (!isComplete) json.Null();
        else if (own.Count > 0) json.Null(); // a server that does not tell it (Azure)
        else json.Value(context.Clock?.GetUtcNow().ToUnixTimeSeconds() ?? context.Created);
    }
}
