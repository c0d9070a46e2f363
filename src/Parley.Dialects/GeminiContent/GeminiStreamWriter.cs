using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Writes a stream of GenerateContentResponses, as data events or as the elements of one JSON array: each piece of text at once,
/// each call when it is whole, and at the end one response with the finish reasons and the usage. A stream that is cut has none.
/// </summary>
internal sealed class GeminiStreamWriter(ReplyContext context, PooledBuffer output) : ReplyStreamWriter(context, output)
{
    private readonly JsonString _id = JsonString.From(context.Id);
    private readonly List<GeminiStreamChoice> _choices = [];
    private readonly List<GeminiStreamPart> _waiting = [];
    private readonly List<VendorField> _vendor = [];
    private JsonOutput _json = new(output);
    private byte[] _providerId = [];
    private TokenUsage? _usage;
    private bool _isOwn;
    private bool _hasBegun;

    /// <inheritdoc/>
    public override void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                _providerId = reply.Id.Raw.ToArray();
                break;
            case ReplyEventKind.PartStarted:
                Start(in reply);
                break;
            case ReplyEventKind.Delta:
                Delta(in reply);
                break;
            case ReplyEventKind.Signature or ReplyEventKind.Redacted when Waiting(reply.Part) is { } thought:
                thought.Origin = reply.Origin;
                thought.IsRedacted |= reply.Kind == ReplyEventKind.Redacted;
                thought.Bytes.Append(reply.Text.Span);
                break;
            case ReplyEventKind.PartEnded when Waiting(reply.Part) is { } part:
                _waiting.Remove(part);
                End(part, ChoiceOf(reply.Choice));
                part.Dispose();
                break;
            case ReplyEventKind.Cited when reply.Detail is Citation { Url.IsPresent: true } citation:
                (ChoiceOf(reply.Choice).Citations ??= []).Add((Keep(citation), default));
                break;
            case ReplyEventKind.Usage:
                _usage = reply.Tokens;
                break;
            case ReplyEventKind.Vendor when reply.RawDialect == Dialect.GeminiContent:
                _isOwn = true;
                var field = new VendorField(Keep(reply.Name), new JsonValue(reply.Raw.Raw.ToArray()), "");
                if (reply.Choice < 0) _vendor.Add(field);
                else (ChoiceOf(reply.Choice).Vendor ??= []).Add(field);
                break;
            case ReplyEventKind.Finished:
                var choice = ChoiceOf(reply.Choice);
                choice.HasFinished = true;
                choice.Finish = reply.Finish;
                choice.RawFinish = reply.Text.Raw.ToArray();
                break;
            case ReplyEventKind.Completed:
                Complete();
                break;
            case ReplyEventKind.Failed:
                var message = reply.Text.IsPresent ? reply.Text : JsonString.Literal("The provider reported an error."u8);
                Error(reply.Status == 0 ? 500 : reply.Status, message, reply.Name);
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteError(JsonString message, JsonString code) => Error(GeminiError.StatusOf(code), message, code);

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var part in _waiting) part.Dispose();
        foreach (var choice in _choices) choice.Dispose();
        base.Dispose();
    }

    private void Start(in ReplyEvent reply)
    {
        var choice = ChoiceOf(reply.Choice);
        switch (reply.PartKind)
        {
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall or ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                _waiting.Add(new GeminiStreamPart(in reply));
                break;
            case ReplyPartKind.Media when reply.Detail is MediaPart media:
                BeginPart(choice);
                GeminiParts.Media(_json, media, choice.TakeHeld());
                EndPart(choice, default);
                break;
            case ReplyPartKind.Opaque when reply.RawDialect == Dialect.GeminiContent:
                BeginPart(choice);
                _json.Value(reply.Raw);
                EndPart(choice, default);
                break;
            case ReplyPartKind.Opaque or ReplyPartKind.Media:
                GeminiParts.Lose(reply.Raw, Context.Losses);
                break;
        }
    }

    private void Delta(in ReplyEvent reply)
    {
        if (reply.PartKind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall)
        {
            Waiting(reply.Part)?.Bytes.Append(reply.Text.Span);
            return;
        }

        var isThought = reply.PartKind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary;
        if (isThought && Waiting(reply.Part) is { } thought) thought.HasText = true;
        if (reply.Text.IsEmpty && !reply.Raw.HasValue) return;
        var choice = ChoiceOf(reply.Choice);
        BeginPart(choice);
        GeminiParts.Text(_json, reply.Text, isThought, isThought ? default : choice.TakeHeld());
        EndPart(choice, reply.Raw);
    }

    private void End(GeminiStreamPart part, GeminiStreamChoice choice)
    {
        if (part.Kind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall)
        {
            var id = GeminiCallIds.IsMade(part.Id, new JsonString(_providerId), part.Part) ? default : part.Id;
            BeginPart(choice);
            var arguments = new JsonString(part.Bytes.Memory).ToUtf8();
            GeminiParts.Call(_json, id, part.Name, arguments, part.Kind == ReplyPartKind.CustomToolCall, choice.TakeHeld());
            EndPart(choice, default);
            return;
        }

        if (part.Bytes.Length == 0) return;
        if (part is { Origin: ReasoningOrigin.Gemini, HasText: false, IsRedacted: false })
        {
            // Stands on the part behind it. Two in a row: the first stood on a text without words.
            if (choice.Held.Length > 0) Bare(choice);
            choice.Held.Append(part.Bytes.Span);
            return;
        }

        BeginPart(choice);
        var signature = GeminiSignature.Pack(part.Origin, part.IsRedacted, part.Id, new JsonString(part.Bytes.Memory));
        GeminiParts.Text(_json, JsonString.Literal(""u8), true, signature);
        EndPart(choice, default);
    }

    private void Bare(GeminiStreamChoice choice)
    {
        BeginPart(choice);
        GeminiParts.Text(_json, JsonString.Literal(""u8), false, choice.TakeHeld());
        EndPart(choice, default);
    }

    private void Complete()
    {
        var isBlocked = _isOwn && _vendor.Exists(field => field.Name.Is("promptFeedback"u8)) && !_choices.Exists(choice => choice.HasParts);
        BeginChunk();
        if (!isBlocked)
        {
            _json.BeginArray("candidates"u8);
            foreach (var choice in _choices.Where(choice => choice.HasFinished).OrderBy(choice => choice.Index)) Last(choice);
            _json.EndArray();
        }

        var hasUsage = false;
        foreach (var field in _vendor)
        {
            hasUsage |= field.Name.Is("usageMetadata"u8);
            _json.Name(field.Name.Span).Value(field.Value);
        }

        if (!hasUsage && _usage is { } usage)
        {
            _json.Name("usageMetadata"u8);
            GeminiUsage.Write(usage, _json);
        }

        EndChunk();
        if (Context.IsJsonArray) Output.Append("]"u8);
    }

    private void Last(GeminiStreamChoice choice)
    {
        _json.BeginObject();
        if (choice.Finish != FinishReason.ContentFilter || choice.Held.Length > 0)
        {
            // Google's clients look for the parts; its own last response has an empty text as well.
            _json.BeginObject("content"u8).BeginArray("parts"u8);
            GeminiParts.Text(_json, JsonString.Literal(""u8), false, choice.TakeHeld());
            _json.EndArray().Member("role"u8, "model"u8).EndObject();
        }

        _json.Member("finishReason"u8, GeminiFinish.Word(choice.Finish, new JsonString(choice.RawFinish))).Member("index"u8, choice.Index);
        var isGrounded = false;
        foreach (var field in choice.Vendor ?? [])
        {
            isGrounded |= field.Name.Is("groundingMetadata"u8) || field.Name.Is("citationMetadata"u8);
            _json.Name(field.Name.Span).Value(field.Value);
        }

        if (!isGrounded && choice.Citations is not null) GeminiCitations.Write(choice.Citations, _json);
        _json.EndObject();
    }

    private void Error(int status, JsonString message, JsonString code)
    {
        BeginFrame();
        GeminiError.Write(_json, status, message, code);
        if (Context.IsJsonArray) Output.Append("]"u8);
        else Output.Append("\r\n\r\n"u8);
    }

    private void BeginPart(GeminiStreamChoice choice)
    {
        choice.HasParts = true;
        BeginChunk();
        _json.BeginArray("candidates"u8).BeginObject().BeginObject("content"u8).BeginArray("parts"u8);
    }

    private void EndPart(GeminiStreamChoice choice, JsonValue logprobs)
    {
        _json.EndArray().Member("role"u8, "model"u8).EndObject().Member("index"u8, choice.Index);
        if (logprobs.IsArray) GeminiLogprobs.Write([logprobs], _json);
        _json.EndObject().EndArray();
        EndChunk();
    }

    private void BeginChunk()
    {
        BeginFrame();
        _json.BeginObject();
    }

    private void EndChunk()
    {
        _json.Member("modelVersion"u8, Context.Model).Member("responseId"u8, _id).EndObject();
        if (!Context.IsJsonArray) Output.Append("\r\n\r\n"u8);
    }

    private void BeginFrame()
    {
        _json = new JsonOutput(Output);
        Output.Append(!Context.IsJsonArray ? "data: "u8 : _hasBegun ? ",\r\n"u8 : "["u8);
        _hasBegun = true;
    }

    private GeminiStreamPart? Waiting(int part)
    {
        foreach (var waiting in _waiting)
        {
            if (waiting.Part == part) return waiting;
        }

        return null;
    }

    private GeminiStreamChoice ChoiceOf(int index)
    {
        foreach (var known in _choices)
        {
            if (known.Index == index) return known;
        }

        var choice = new GeminiStreamChoice(index);
        _choices.Add(choice);
        return choice;
    }

    private static JsonString Keep(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;

    private static Citation Keep(Citation citation) => new(citation.Origin, default) { Url = Keep(citation.Url), Title = Keep(citation.Title) };
}
