using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads a request. Model and stream stand in the path; the body's own <c>model</c> is not looked at, as Google does not.</summary>
internal sealed class GeminiRequestReader
{
    private readonly Conversation _conversation = new(Dialect.GeminiContent);
    private readonly GeminiCallPairing _pairing = new();

    internal static Conversation Read(JsonValue body, RequestHints hints)
    {
        Expect.Object(body, "body");
        var reader = new GeminiRequestReader();
        reader._conversation.Model = hints.Model;
        reader._conversation.IsStream = hints.IsStream;
        reader.ReadBody(body);
        return reader._conversation;
    }

    private void ReadBody(JsonValue body)
    {
        JsonValue contents = default, system = default;
        foreach (var member in body.Members)
        {
            var (name, value) = (member.Name, member.Value);
            if (value.IsNull || name.Is("model"u8)) continue;
            if (GeminiName.Is(name, "contents"u8)) contents = value;
            else if (GeminiName.Is(name, "systemInstruction"u8)) system = value;
            else if (GeminiName.Is(name, "tools"u8)) GeminiToolReader.ReadTools(value, _conversation);
            else if (GeminiName.Is(name, "toolConfig"u8)) GeminiToolReader.ReadConfig(value, _conversation);
            else if (GeminiName.Is(name, "generationConfig"u8)) GeminiConfigReader.Read(value, _conversation);
            else if (GeminiName.Is(name, "safetySettings"u8)) _conversation.Fields[RequestField.SafetySettings] = Expect.Array(value, "safetySettings");
            else if (GeminiName.Is(name, "cachedContent"u8)) Text(value, "cachedContent", RequestField.CachedContent);
            else if (GeminiName.Is(name, "labels"u8)) _conversation.Fields[RequestField.Metadata] = Expect.Object(value, "labels");
            else _conversation.Vendor.Add(new VendorField(name, value, name.ToText()));
        }

        if (system.HasValue) ReadSystem(system);
        ReadContents(contents);
    }

    private void Text(JsonValue value, string path, RequestField field)
    {
        Expect.String(value, path);
        _conversation.Fields[field] = value;
    }

    private void ReadSystem(JsonValue system)
    {
        var turn = new Turn(TurnRole.System, -1);
        _conversation.Turns.Add(turn);
        if (system.IsString) turn.Parts.Add(new TextPart(system.AsString()));
        else ReadContent(Expect.Object(system, "systemInstruction"), turn, "systemInstruction");
    }

    private void ReadContents(JsonValue contents)
    {
        if (contents.IsString)
        {
            var turn = new Turn(TurnRole.User, 0);
            turn.Parts.Add(new TextPart(contents.AsString()) { Index = 0 });
            _conversation.Turns.Add(turn);
            return;
        }

        if (contents.IsObject)
        {
            ReadTurn(contents, 0);
            return;
        }

        var index = 0;
        foreach (var content in Expect.Array(contents, "contents").Items) ReadTurn(content, index++);
        if (index == 0) throw new DialectException("contents", "'contents' must have at least one content.");
    }

    private void ReadTurn(JsonValue content, int index)
    {
        var path = $"contents[{index}]";
        Expect.Object(content, path);
        var turn = new Turn(RoleOf(GeminiName.Member(content, "role"u8), path + ".role"), index);
        _conversation.Turns.Add(turn);
        ReadContent(content, turn, path);
    }

    private static TurnRole RoleOf(JsonValue role, string path)
    {
        if (!role.IsPresent) return TurnRole.User; // a single question needs no role
        var word = Expect.String(role, path);
        if (word.IsEmpty || word.Is("user"u8)) return TurnRole.User;
        if (word.Is("model"u8)) return TurnRole.Assistant;
        return word.Is("function"u8) ? TurnRole.Tool : throw Expect.Unknown(word, path, "user, model, function");
    }

    private void ReadContent(JsonValue content, Turn turn, string path)
    {
        JsonValue parts = default;
        foreach (var member in content.Members)
        {
            if (member.Value.IsNull) continue;
            if (GeminiName.Is(member.Name, "parts"u8)) parts = member.Value;
            else if (!GeminiName.Is(member.Name, "role"u8) || turn.Index < 0)
                (turn.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name.ToText()}"));
        }

        var reader = new GeminiPartReader(turn, _pairing, path);
        if (parts.IsObject)
        {
            reader.Read(parts, 0);
            return;
        }

        var index = 0;
        foreach (var part in Expect.Array(parts, path + ".parts").Items) reader.Read(part, index++);
    }
}
