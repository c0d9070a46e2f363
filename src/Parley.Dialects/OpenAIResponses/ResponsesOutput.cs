using System.Globalization;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Groups the parts of an answer into output items, with the ids that they keep from the first event to the last.</summary>
/// <param name="context">For ids, the model and losses.</param>
internal sealed class ResponsesOutput(ReplyContext context)
{
    // Blocks of vendors' own tools, by name: a metric's label must not be what a provider makes up.
    private static readonly string[] KnownBlocks =
    [
        "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
            "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result", "mcp_tool_use", "mcp_tool_result", "container_upload", "executableCode",
            "codeExecutionResult",
    ];

    private readonly bool _isGptOss = ModelTraitsTable.Of(context.Model.ToText()).Family == ModelFamily.GptOss;
    private readonly List<ResponsesOutputItem> _items = [];

    internal IReadOnlyList<ResponsesOutputItem> Items => _items;

    /// <summary>The item that came last; null while there is none.</summary>
    internal ResponsesOutputItem? Last => _items.Count > 0 ? _items[^1] : null;

    /// <summary>True when the answer is one of the dialect's own, whose ids are kept.</summary>
    internal bool IsOwn { get; set; }

    /// <summary>The item that the part stands in, made when it is new; null for a part that has no form here, which is reported.</summary>
    internal ResponsesOutputItem? Add(FoldedPart part, out bool isNew)
    {
        isNew = false;
        if (part.Choice != 0)
        {
            context.Losses.Add("reply.choices", "a response has one answer: the first");
            return null;
        }

        if (Last is { } last && last.Takes(part))
        {
            last.Parts.Add(part);
            return last;
        }

        if (KindOf(part) is not { } kind) return null;
        isNew = true;
        var item = new ResponsesOutputItem(kind, _items.Count, IdOf(kind, part));
        item.Parts.Add(part);
        _items.Add(item);
        return item;
    }

    /// <summary>
    /// True when a thought stands in the item's <c>content</c>, as the models say it that show their thoughts (gpt-oss); in the
    /// <c>summary</c>, where clients look for it, when it is of another family.
    /// </summary>
    internal bool IsContent(FoldedPart part) =>
        part.Kind == ReplyPartKind.Reasoning && (_isGptOss || (part.RawDialect == Dialect.OpenAIResponses
            && part.Origin is ReasoningOrigin.OpenAI));

    private ResponsesItemKind? KindOf(FoldedPart part)
    {
        switch (part.Kind)
        {
            case ReplyPartKind.Text or ReplyPartKind.Refusal: return ResponsesItemKind.Message;
            case ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary: return ResponsesItemKind.Reasoning;
            case ReplyPartKind.ToolCall: return ResponsesItemKind.FunctionCall;
            case ReplyPartKind.CustomToolCall: return ResponsesItemKind.CustomToolCall;
            case var _ when part.RawDialect == Dialect.OpenAIResponses && part.Raw.IsObject: return ResponsesItemKind.Own;
            case ReplyPartKind.Media when part.Media is
            {
                Media: MediaKind.Image,
                Source: MediaSourceKind.Base64
            }:
                return ResponsesItemKind.Image;
        }

        var type = part.Kind == ReplyPartKind.Media ? "media" : part.Raw.Member("type"u8).AsString().ToText();
        var label = type == "media" || Array.IndexOf(KnownBlocks, type) >= 0 ? type : "other";
        context.Losses.Add($"reply.content.{label}", "Responses has no item for it", $"reply.content.{label}");
        return null;
    }

    private JsonString IdOf(ResponsesItemKind kind, FoldedPart part)
    {
        if (kind == ResponsesItemKind.Own) return part.Raw.Member("id"u8).AsString();
        var own = kind is ResponsesItemKind.FunctionCall or ResponsesItemKind.CustomToolCall ? part.ItemId : part.Id;
        if (IsOwn && !own.IsEmpty) return own;
        var prefix = kind switch
        {
            ResponsesItemKind.Message => "msg",
            ResponsesItemKind.Reasoning => "rs",
            ResponsesItemKind.FunctionCall => "fc",
            ResponsesItemKind.CustomToolCall => "ctc",
            _ => "ig",
        };
        return JsonString.From(string.Create(CultureInfo.InvariantCulture, $"{prefix}_{context.Id}_{_items.Count}"));
    }
}
