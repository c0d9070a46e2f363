using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads the parts of one content of a request.</summary>
internal sealed class GeminiPartReader(Turn turn, GeminiCallPairing pairing, string contentPath)
{
    /// <summary>Reads one part; a signature on it becomes a part of its own in front of it.</summary>
    internal void Read(JsonValue part, int index)
    {
        var path = $"{contentPath}.parts[{index}]";
        Expect.Object(part, path);
        JsonField data = default;
        JsonString signature = default;
        var isThought = false;
        List<VendorField>? vendor = null;
        foreach (var member in part.Members)
        {
            var (name, value) = (member.Name, member.Value);
            if (value.IsNull) continue;
            if (GeminiName.Is(name, "thought"u8)) isThought = Expect.Boolean(value, path + ".thought").IsTrue;
            else if (GeminiName.Is(name, "thoughtSignature"u8)) signature = Expect.String(value, path + ".thoughtSignature");
            else if (GeminiName.Is(name, "videoMetadata"u8) || GeminiName.Is(name, "mediaResolution"u8) || GeminiName.Is(name, "partMetadata"u8))
                (vendor ??= []).Add(new VendorField(name, value, $"{path}.{name.ToText()}"));
            else if (data.Value.IsPresent) throw new DialectException(path, $"'{path}' has both '{data.Name}' and '{name}': a part has one of them.");
            else data = member;
        }

        if (!data.Value.IsPresent && signature.IsEmpty) throw new DialectException(path, $"'{path}' is empty: a part must have data.");
        var isText = !data.Value.IsPresent || GeminiName.Is(data.Name, "text"u8);
        var text = isText && data.Value.IsPresent ? Expect.String(data.Value, path + ".text") : JsonString.Literal(""u8);
        if (isThought && isText)
        {
            Add(Thought(text, signature, index), index, vendor);
            return;
        }

        var content = isText ? new TextPart(text) : ReadData(data, part, path, index);
        if (!signature.IsEmpty && content is not OpaquePart)
        {
            var stamp = Thought(default, signature, index);
            if (content is ToolCallPart call) stamp.CallId = call.Id;
            Add(stamp, index, null);
            if (isText && text.IsEmpty && vendor is null) return; // nothing but the signature
        }

        Add(content, index, content is OpaquePart ? null : vendor);
    }

    private void Add(ContentPart part, int index, List<VendorField>? vendor)
    {
        part.Index = index;
        part.Vendor = vendor;
        turn.Parts.Add(part);
    }

    private ReasoningPart Thought(JsonString text, JsonString signature, int index)
    {
        var part = new ReasoningPart { Origin = ReasoningOrigin.Gemini, Text = text, Index = index };
        if (signature.IsEmpty) return part;
        GeminiSignature.Read(signature, part);
        if (part.Origin == ReasoningOrigin.Gemini) return part;

        // Another family's thought came in pieces and was given back in pieces: only as a whole it fits its signature again.
        var first = turn.Parts.Count;
        while (first > 0 && turn.Parts[first - 1] is ReasoningPart { Signature.IsPresent: false, Redacted.IsPresent: false }) first--;
        if (first == turn.Parts.Count) return part;
        using var whole = new PooledBuffer();
        for (var i = first; i < turn.Parts.Count; i++) whole.Append(((ReasoningPart)turn.Parts[i]).Text.Span);
        whole.Append(part.Text.Span);
        part.Text = new JsonString(whole.Span.ToArray());
        turn.Parts.RemoveRange(first, turn.Parts.Count - first);
        return part;
    }

    private ContentPart ReadData(JsonField data, JsonValue part, string path, int index)
    {
        var (name, value) = (data.Name, data.Value);
        if (GeminiName.Is(name, "functionCall"u8)) return ReadCall(Expect.Object(value, path + ".functionCall"), path + ".functionCall", index);
        if (GeminiName.Is(name, "functionResponse"u8)) return ReadResult(Expect.Object(value, path + ".functionResponse"), path + ".functionResponse", index);
        return ReadMedia(data, path) ?? (ContentPart)new OpaquePart(Dialect.GeminiContent, name, part);
    }

    private static MediaPart? ReadMedia(JsonField data, string path)
    {
        if (GeminiName.Is(data.Name, "inlineData"u8))
        {
            path += ".inlineData";
            Expect.String(GeminiName.Member(Expect.Object(data.Value, path), "data"u8), path + ".data");
            Expect.String(GeminiName.Member(data.Value, "mimeType"u8), path + ".mimeType");
            return GeminiMedia.Data(data.Value);
        }

        if (!GeminiName.Is(data.Name, "fileData"u8)) return null;
        path += ".fileData";
        Expect.String(GeminiName.Member(Expect.Object(data.Value, path), "fileUri"u8), path + ".fileUri");
        if (GeminiName.Member(data.Value, "mimeType"u8) is { IsPresent: true } type) Expect.String(type, path + ".mimeType");
        return GeminiMedia.File(data.Value);
    }

    private ToolCallPart ReadCall(JsonValue call, string path, int index)
    {
        var name = Expect.String(GeminiName.Member(call, "name"u8), path + ".name");
        var id = GeminiName.Member(call, "id"u8);
        var given = id.IsPresent ? Expect.String(id, path + ".id") : default;
        var args = GeminiName.Member(call, "args"u8);
        return new ToolCallPart(pairing.Call(given, name, turn.Index, index), name)
        {
            IsIdMade = given.IsEmpty,
            Arguments = args.IsPresent ? Expect.Object(args, path + ".args").Raw : default,
        };
    }

    private ToolResultPart ReadResult(JsonValue result, string path, int index)
    {
        var name = Expect.String(GeminiName.Member(result, "name"u8), path + ".name");
        var id = GeminiName.Member(result, "id"u8);
        var given = id.IsPresent ? Expect.String(id, path + ".id") : default;
        var response = GeminiName.Member(result, "response"u8);
        var part = new ToolResultPart(pairing.Result(given, name, turn.Index, index)) { Name = name, IsIdMade = given.IsEmpty };
        if (response.IsPresent)
        {
            part.Content.Add(new JsonPart(Expect.Object(response, path + ".response")));
            part.IsError = IsError(response);
        }

        var parts = GeminiName.Member(result, "parts"u8);
        if (!parts.IsPresent) return part;
        var at = 0;
        foreach (var inner in Expect.Array(parts, path + ".parts").Items)
        {
            var innerPath = $"{path}.parts[{at++}]";
            foreach (var member in Expect.Object(inner, innerPath).Members)
            {
                if (member.Value.HasValue)
                    part.Content.Add(ReadMedia(member, innerPath) ?? (ContentPart)new OpaquePart(Dialect.GeminiContent, member.Name, inner));
            }
        }

        return part;
    }

    // "error" is where Google wants a tool's failure: https://ai.google.dev/api/caching#FunctionResponse
    private static bool IsError(JsonValue response)
    {
        var count = 0;
        var hasError = false;
        foreach (var member in response.Members)
        {
            count++;
            hasError |= member.Is("error"u8) && member.Value.HasValue;
        }

        return hasError && count == 1;
    }
}
