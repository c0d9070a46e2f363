using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Copies of what an event holds: its slices belong to the provider's frame, whose buffer is used again for the next one.</summary>
internal static class ReplyCopies
{
    internal static JsonString Keep(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;

    internal static JsonValue Keep(JsonValue value) => new(value.Raw.ToArray());

    /// <summary>A copy of <see cref="ReplyEvent.Detail"/>.</summary>
    internal static object? Keep(object? detail) => detail switch
    {
        Citation citation => Keep(citation),
        MediaPart media => Keep(media),
        _ => detail,
    };

    internal static Citation Keep(Citation citation) => new(citation.Origin, Keep(citation.Raw))
    {
        Url = Keep(citation.Url),
        Title = Keep(citation.Title),
        CitedText = Keep(citation.CitedText),
        Start = citation.Start,
        End = citation.End,
    };

    internal static MediaPart Keep(MediaPart media) => new(media.Media, media.Source, Keep(media.Data))
    {
        MediaType = Keep(media.MediaType),
        Name = Keep(media.Name),
        Detail = Keep(media.Detail),
    };

    /// <summary>A copy of all but the text, which whoever gathers texts keeps in one buffer.</summary>
    internal static ReplyEvent KeepWithoutText(in ReplyEvent reply) => reply with
    {
        Text = default,
        Id = Keep(reply.Id),
        ItemId = Keep(reply.ItemId),
        Name = Keep(reply.Name),
        Phase = Keep(reply.Phase),
        Raw = Keep(reply.Raw),
        Detail = Keep(reply.Detail),
    };
}
