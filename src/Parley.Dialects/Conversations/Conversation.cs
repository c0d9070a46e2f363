using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// A request for an answer in our own words: what every dialect is read into and written from. Texts and raw JSON are slices of the
/// caller's body, so a conversation lives no longer than that body.
/// </summary>
/// <param name="origin">The dialect it was read from.</param>
public sealed class Conversation(Dialect origin)
{
    /// <summary>The dialect it was read from: decides whose vendor fields may be written, and how paths are spelled.</summary>
    public Dialect Origin => origin;

    /// <summary>The model as the caller named it.</summary>
    public JsonString Model { get; set; }

    /// <summary>True when the answer is to be streamed.</summary>
    public bool IsStream { get; set; }

    /// <summary>True when the caller of a chat stream asked for usage.</summary>
    public bool WantsStreamUsage { get; set; }

    /// <summary>All turns in the caller's order, system and developer text among them.</summary>
    public List<Turn> Turns { get; } = [];

    /// <summary>The tools that are offered.</summary>
    public List<ToolDefinition> Tools { get; } = [];

    /// <summary>How a tool is to be chosen; null when the request does not say.</summary>
    public ToolChoice? ToolChoice { get; set; }

    /// <summary>The form that the answer must have; null when the request does not say.</summary>
    public OutputFormat? Output { get; set; }

    /// <summary>Texts that end the answer.</summary>
    public List<JsonString> StopSequences { get; } = [];

    /// <summary>Everything else that more than one dialect has a word for.</summary>
    public RequestFields Fields { get; } = new();

    /// <summary>Top-level fields that only the origin knows.</summary>
    public List<VendorField> Vendor { get; } = [];

    /// <summary>
    /// What no other dialect could carry without answering another question than the one that was asked (a history that only the
    /// origin has stored). Whoever translates must refuse the request when this is not empty; towards the origin's own dialect it
    /// means nothing.
    /// </summary>
    public List<TranslationObstacle> Untranslatable { get; } = [];

    /// <summary>The same with lists of its own: what is set or added there is not seen here. Turns and tools themselves are shared.</summary>
    internal Conversation Copy()
    {
        var copy = new Conversation(origin)
        {
            Model = Model,
            IsStream = IsStream,
            WantsStreamUsage = WantsStreamUsage,
            ToolChoice = ToolChoice,
            Output = Output,
        };
        copy.Turns.AddRange(Turns);
        copy.Tools.AddRange(Tools);
        copy.StopSequences.AddRange(StopSequences);
        copy.Vendor.AddRange(Vendor);
        copy.Untranslatable.AddRange(Untranslatable);
        Fields.CopyTo(copy.Fields);
        return copy;
    }
}
