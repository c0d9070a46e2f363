namespace Parley.Dialects.Conversations;

/// <summary>
/// What happens while an answer comes. Readers keep this order: <see cref="Started"/> first; of each part <see cref="PartStarted"/>,
/// then its deltas, then <see cref="PartEnded"/>, other parts may come in between; of each choice <see cref="Finished"/> behind its
/// parts; <see cref="Usage"/> anywhere, the last one counts; <see cref="Completed"/> or <see cref="Failed"/> last.
/// </summary>
public enum ReplyEventKind
{
    /// <summary>The answer begins: <see cref="ReplyEvent.Id"/> and <see cref="ReplyEvent.Name"/> (the model), both as the provider has them, may be missing.</summary>
    Started,

    /// <summary>
    /// A part begins: <see cref="ReplyEvent.PartKind"/>. A tool call has <see cref="ReplyEvent.Id"/> and <see cref="ReplyEvent.Name"/>;
    /// an opaque part has <see cref="ReplyEvent.Raw"/>, media have <see cref="ReplyEvent.Detail"/> (a <see cref="MediaPart"/>), both whole.
    /// A reasoning part may have an id and an origin.
    /// </summary>
    PartStarted,

    /// <summary>A piece of a part: text, refusal, reasoning, arguments (a piece of the JSON text, as string content). <see cref="ReplyEvent.Raw"/> may hold its log probabilities.</summary>
    Delta,

    /// <summary>The signature of a reasoning part (or a piece of it): <see cref="ReplyEvent.Text"/>, <see cref="ReplyEvent.Origin"/>.</summary>
    Signature,

    /// <summary>The data of a redacted reasoning part: <see cref="ReplyEvent.Text"/>, <see cref="ReplyEvent.Origin"/>.</summary>
    Redacted,

    /// <summary>A source of a text part: <see cref="ReplyEvent.Detail"/> is a <see cref="Citation"/>.</summary>
    Cited,

    /// <summary>A part is whole.</summary>
    PartEnded,

    /// <summary>What was used so far: <see cref="ReplyEvent.Tokens"/>; <see cref="ReplyEvent.Raw"/> may hold it in the provider's own words.</summary>
    Usage,

    /// <summary>A choice is whole: <see cref="ReplyEvent.Finish"/>, the provider's own word in <see cref="ReplyEvent.Text"/>, the stop sequence that was met in <see cref="ReplyEvent.Name"/>.</summary>
    Finished,

    /// <summary>The dialect's own end.</summary>
    Completed,

    /// <summary>The provider reports an error: message in <see cref="ReplyEvent.Text"/>, its type or code in <see cref="ReplyEvent.Name"/>, an HTTP status in <see cref="ReplyEvent.Status"/> where one is meant.</summary>
    Failed,

    /// <summary>A field that only the origin knows: <see cref="ReplyEvent.Name"/>, <see cref="ReplyEvent.Raw"/>; of the whole answer, or of the choice when <see cref="ReplyEvent.Choice"/> is not negative.</summary>
    Vendor,
}
