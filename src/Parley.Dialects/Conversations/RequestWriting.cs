using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Conversations;

/// <summary>
/// One request that is being written: what, for whom, where to, and what was lost on the way. A field is carried by taking it
/// (<see cref="Take"/>); what nobody took is reported at the end (<see cref="ReportRest"/>), so nothing can be forgotten.
/// </summary>
public sealed class RequestWriting(Conversation conversation, TranslationTarget target, JsonOutput json, LossReport losses)
{
    // Not among the plain values: whether these are set is seen elsewhere in the conversation.
    private const ulong Structured = (1UL << (int)RequestField.StopSequences) | (1UL << (int)RequestField.Tools)
        | (1UL << (int)RequestField.ToolChoice) | (1UL << (int)RequestField.OutputFormat);

    private ulong _taken;
    private HashSet<JsonString>? _customCalls;

    public Conversation Conversation => conversation;

    public TranslationTarget Target => target;

    public ModelTraits Traits => target.Traits;

    public JsonOutput Json => json;

    public LossReport Losses => losses;

    /// <summary>The name of the tool that stands for the structured output, when the writer had to make one; its call is the content of the answer.</summary>
    public JsonString OutputTool { get; set; }

    /// <summary>The field's value, noted as carried; none when the request has none.</summary>
    public JsonValue Take(RequestField field)
    {
        _taken |= 1UL << (int)field;
        return conversation.Fields[field];
    }

    /// <summary>Looks at a value without carrying it.</summary>
    public JsonValue Peek(RequestField field) => conversation.Fields[field];

    /// <summary>Reports that a field could not be carried, with a better reason than "the target has no word for it".</summary>
    public void Lose(RequestField field, string reason)
    {
        _taken |= 1UL << (int)field;
        if (IsSet(field)) losses.Add(RequestFieldNames.Of(field, conversation.Origin), reason);
    }

    /// <summary>Reports something of a part.</summary>
    /// <param name="turn">The turn it stands in.</param>
    /// <param name="part">The part.</param>
    /// <param name="what">The member's name in the origin, or a word for the kind of part.</param>
    /// <param name="reason">Why it could not be carried.</param>
    public void Lose(Turn turn, ContentPart? part, string what, string reason)
    {
        if (turn.IsDefault) return;
        var path = ConversationPaths.Of(conversation.Origin, turn, part, what);
        // The word for a part that nobody knows is the caller's own.
        if (part is OpaquePart) losses.Add(path, reason, "content.other");
        else losses.Add(path, reason);
    }

    /// <summary>A tool's name as every provider takes it; unchanged in the dialect it came in.</summary>
    public JsonString ToolName(JsonString name) => conversation.Origin == target.Dialect ? name : ToolNames.Valid(name);

    /// <summary>The name of a tool that is offered, as every provider takes it; one that had to be changed is reported.</summary>
    public JsonString ToolName(ToolDefinition tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var name = ToolName(tool.Name);
        if (name != tool.Name) losses.Add($"tools[{tool.Index}].name", "providers take letters, digits, _ and -, at most 64", "tools.name");
        return name;
    }

    /// <summary>Vendor fields of the target's own dialect, to be written; those of another are reported.</summary>
    public IEnumerable<VendorField> Vendor(List<VendorField>? fields)
    {
        if (fields is null) return [];
        if (conversation.Origin == target.Dialect) return fields;
        foreach (var field in fields)
        {
            if (!field.IsSilent) losses.Add(field.Path, $"only {conversation.Origin} has it", "vendor field");
        }

        return [];
    }

    /// <summary>True when the history has a call of this id to a tool of free text. The calls are gathered once: a history may have thousands.</summary>
    public bool IsCustomCall(JsonString id)
    {
        _customCalls ??= [.. conversation.Turns.SelectMany(turn => turn.Parts).OfType<ToolCallPart>().Where(call => call.IsCustom).Select(call => call.Id)];
        return _customCalls.Contains(id);
    }

    /// <summary>Reports every field that is set and was not taken. To be called by each writer, at its end.</summary>
    public void ReportRest()
    {
        for (var left = (conversation.Fields.Set | Structured) & ~_taken; left != 0; left &= left - 1)
        {
            var field = RequestFields.First(left);
            if (IsSet(field))
                losses.Add(RequestFieldNames.Of(field, conversation.Origin), $"{target.Dialect} has no word for it");
        }
    }

    private bool IsSet(RequestField field) => field switch
    {
        RequestField.StopSequences => conversation.StopSequences.Count > 0,
        RequestField.Tools => conversation.Tools.Count > 0,
        RequestField.ToolChoice => conversation.ToolChoice is not null,
        RequestField.OutputFormat => conversation.Output is not null,
        _ => conversation.Fields.Has(field) && !conversation.Fields.IsDefault(field) && !IsDefault(field, conversation.Fields[field]),
    };

    // What every provider does unasked is no loss.
    private static bool IsDefault(RequestField field, JsonValue value) => field switch
    {
        RequestField.Store or RequestField.Background or RequestField.Logprobs => value.IsFalse,
        RequestField.ParallelToolCalls => value.IsTrue,
        RequestField.ChoiceCount => value.AsInt64() == 1,
        RequestField.TopLogprobs => value.AsInt64() == 0,
        RequestField.Truncation => value.AsString().Is("disabled"u8),
        _ => false,
    };
}
