using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// A whole answer, folded from its events: what plain answers are written from, and what a stream's closing events repeat. Keeps
/// its own copy of everything, in pooled memory.
/// </summary>
public sealed class FoldedReply : IReplySink, IDisposable
{
    private readonly List<FoldedPart> _parts = [];
    private readonly List<FoldedChoice> _choices = [];
    private List<VendorField>? _vendor;

    /// <summary>The provider's id of the answer.</summary>
    public JsonString Id { get; private set; }

    /// <summary>The model as the provider names it.</summary>
    public JsonString Model { get; private set; }

    /// <summary>All parts in the order in which they started; <see cref="ReplyEvent.Part"/> is the index.</summary>
    public IReadOnlyList<FoldedPart> Parts => _parts;

    /// <summary>The choices that have ended, in the order in which they did.</summary>
    public IReadOnlyList<FoldedChoice> Choices => _choices;

    public bool HasUsage { get; private set; }

    public TokenUsage Usage { get; private set; }

    /// <summary>The usage in the provider's own words, for a writer of the same dialect; none when the reader gave none.</summary>
    public JsonValue RawUsage { get; private set; }

    /// <summary>The dialect of <see cref="RawUsage"/>.</summary>
    public Dialect RawUsageDialect { get; private set; }

    /// <summary>True when the dialect's own end came.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Fields that only the origin knows; the path is empty for one of the whole answer, else <c>choices[0]</c>.</summary>
    public IReadOnlyList<VendorField> Vendor => _vendor ?? (IReadOnlyList<VendorField>)[];

    /// <summary>The dialect of the vendor fields.</summary>
    public Dialect VendorDialect { get; private set; }

    /// <summary>The end of the first choice; null while there is none.</summary>
    public FoldedChoice? Ending => _choices.Count > 0 ? _choices[0] : null;

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                Id = ReplyCopies.Keep(reply.Id);
                Model = ReplyCopies.Keep(reply.Name);
                break;
            case ReplyEventKind.PartStarted:
                Start(in reply);
                break;
            case ReplyEventKind.Delta:
                var part = _parts[reply.Part];
                part.Append(reply.Text);
                if (reply.Raw.HasValue) (part.Logprobs ??= []).Add(ReplyCopies.Keep(reply.Raw));
                break;
            case ReplyEventKind.Signature:
                _parts[reply.Part].Origin = reply.Origin;
                _parts[reply.Part].AppendSignature(reply.Text);
                break;
            case ReplyEventKind.Redacted:
                _parts[reply.Part].Origin = reply.Origin;
                _parts[reply.Part].AppendRedacted(reply.Text);
                break;
            case ReplyEventKind.Cited:
                (_parts[reply.Part].Citations ??= []).Add(ReplyCopies.Keep((Citation)reply.Detail!));
                break;
            case ReplyEventKind.Usage:
                HasUsage = true;
                Usage = reply.Tokens;
                (RawUsage, RawUsageDialect) = (ReplyCopies.Keep(reply.Raw), reply.RawDialect);
                break;
            case ReplyEventKind.Finished:
                _choices.Add(new FoldedChoice(reply.Choice, reply.Finish, ReplyCopies.Keep(reply.Text), ReplyCopies.Keep(reply.Name)));
                break;
            case ReplyEventKind.Completed:
                IsCompleted = true;
                break;
            case ReplyEventKind.Vendor:
                (_vendor ??= []).Add(new VendorField(ReplyCopies.Keep(reply.Name), ReplyCopies.Keep(reply.Raw), reply.Choice < 0 ? "" : $"choices[{reply.Choice}]"));
                VendorDialect = reply.RawDialect;
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts) part.Dispose();
    }

    private void Start(in ReplyEvent reply)
    {
        if (reply.Part != _parts.Count) throw new InvalidOperationException($"Part {reply.Part} started where {_parts.Count} was due.");
        _parts.Add(new FoldedPart
        {
            Choice = reply.Choice,
            Part = reply.Part,
            Kind = reply.PartKind,
            Id = ReplyCopies.Keep(reply.Id),
            ItemId = ReplyCopies.Keep(reply.ItemId),
            Name = ReplyCopies.Keep(reply.Name),
            Phase = ReplyCopies.Keep(reply.Phase),
            Raw = ReplyCopies.Keep(reply.Raw),
            RawDialect = reply.RawDialect,
            Media = reply.Detail is MediaPart media ? ReplyCopies.Keep(media) : null,
            Origin = reply.Origin,
        });
    }
}
