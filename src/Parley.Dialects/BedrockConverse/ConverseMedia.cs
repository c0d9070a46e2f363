using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Writes image, document, video and audio blocks: bytes, or an address in S3.</summary>
internal sealed class ConverseMedia(RequestWriting writing)
{
    private const int LongestName = 200;

    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.BedrockConverse;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Whether the model can be shown it; reports it when not. Throws for an address whose bytes should have been fetched.</summary>
    internal static bool CanWrite(RequestWriting writing, Turn turn, ContentPart reported, MediaPart media)
    {
        var word = media.Media.ToString().ToLowerInvariant();
        var reason = media.Source == MediaSourceKind.FileId ? "the file lies with another vendor"
            : MediaNeeds.Refusal(Dialect.BedrockConverse, writing.Traits, media);
        if (reason is null && MediaNeeds.MustInline(Dialect.BedrockConverse, media))
        {
            var path = ConversationPaths.Of(writing.Conversation.Origin, turn, reported, word);
            throw new DialectException(path, $"'{path}' is an address; models on Bedrock take bytes.");
        }

        if (reason is null && ConverseFormats.FormatOf(Inlined(media)).IsEmpty) reason = "a format that Bedrock does not take";
        if (reason is null) return true;
        writing.Lose(turn, reported, word, reason);
        return false;
    }

    internal void Write(MediaPart part, List<VendorField>? vendor)
    {
        var media = Inlined(part);
        var name = media.Media switch
        {
            MediaKind.Image => "image",
            MediaKind.Document => "document",
            MediaKind.Video => "video",
            _ => "audio",
        };
        List<VendorField> fields = [.. writing.Vendor(vendor)];
        var hasOwnFormat = fields.Exists(field => field.Name.Is("format"u8)) || (_isOwn && !media.MediaType.IsPresent);
        _json.BeginObject().BeginObject(Encoding.ASCII.GetBytes(name));
        if (!hasOwnFormat) _json.MemberIfPresent("format"u8, ConverseFormats.FormatOf(media));
        if (media.Media == MediaKind.Document) _json.Member("name"u8, _isOwn ? media.Name : Unique(media.Name));
        _json.BeginObject("source"u8);
        if (media.Source == MediaSourceKind.Url) _json.BeginObject("s3Location"u8).Member("uri"u8, media.Data).EndObject();
        else if (media.Source == MediaSourceKind.Text && _isOwn) _json.Member("text"u8, media.Data);
        else if (media.Source == MediaSourceKind.Text) _json.Member("bytes"u8, JsonString.From(Convert.ToBase64String(media.Data.ToUtf8().Span)));
        else _json.Member("bytes"u8, media.Data);
        _json.EndObject();
        // What stood in the block's object goes there, the rest beside it.
        foreach (var field in fields)
        {
            if (IsInner(field, name)) _json.Member(field.Name.Span, field.Value);
        }

        _json.EndObject();
        foreach (var field in fields)
        {
            if (!IsInner(field, name)) _json.Member(field.Name.Span, field.Value);
        }

        _json.EndObject();
    }

    private static bool IsInner(VendorField field, string name) => field.Path.EndsWith($".{name}.{field.Name}", StringComparison.Ordinal);

    private static MediaPart Inlined(MediaPart media) => media.Source == MediaSourceKind.Url && DataUrl.TrySplit(media.Data, out var type, out var data)
        ? new MediaPart(media.Media, MediaSourceKind.Base64, data) { MediaType = type, Name = media.Name }
        : media;

    // Letters, digits, single white spaces, hyphens, parentheses and square brackets (API_runtime_DocumentBlock, name), and each name once.
    private JsonString Unique(JsonString given)
    {
        var text = given.ToText();
        var clean = new StringBuilder(Math.Min(text.Length, LongestName));
        foreach (var c in text)
        {
            if (clean.Length == LongestName - 8) break; // room for a number
            var kept = char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : c is ' ' or '.' or '_' or '/' ? ' ' : '-';
            if (kept != ' ' || (clean.Length > 0 && clean[^1] != ' ')) clean.Append(kept);
        }

        var name = clean.ToString().Trim();
        if (name.Length == 0) name = "document";
        var unique = name;
        // Goes on counting where this name's last document stopped: a history may show the same one very often.
        for (var number = _numbers.GetValueOrDefault(name, 2); !_names.Add(unique); number++)
        {
            unique = $"{name} {number}";
            _numbers[name] = number + 1;
        }

        return JsonString.From(unique);
    }
}
