using System.Globalization;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// The arguments of a call that comes in pieces, each with the path it belongs to (<c>$.recipe.steps[2]</c>): Vertex'
/// <c>streamFunctionCallArguments</c>. Gathers them into one JSON object. Bounded: what goes past the bounds, or whose path is in no
/// known form, is left out.
/// </summary>
internal sealed class GeminiPartialArgs
{
    private const int MostItems = 4096;
    private const int MostDepth = 32;
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Node _root = new();
    private int _bytes;

    /// <summary>Adds one element of <c>partialArgs</c>.</summary>
    internal void Add(JsonValue piece)
    {
        var path = GeminiName.Member(piece, "jsonPath"u8).AsString();
        if (!path.IsPresent || Find(path.ToText()) is not { } node) return;
        foreach (var member in piece.Members)
        {
            if (GeminiName.Is(member.Name, "stringValue"u8) && member.Value.IsString)
            {
                _bytes += member.Value.Raw.Length;
                if (_bytes > MostBytes) return;
                (node.Text ??= new MemoryStream()).Write(member.Value.AsString().Span);
            }
            else if (GeminiName.Is(member.Name, "numberValue"u8) || GeminiName.Is(member.Name, "boolValue"u8))
            {
                node.Literal = member.Value.Raw.ToArray();
            }
            else if (GeminiName.Is(member.Name, "nullValue"u8))
            {
                node.Literal = "null"u8.ToArray();
            }
        }
    }

    /// <summary>The object so far, as JSON text.</summary>
    internal byte[] ToJson()
    {
        using var buffer = new PooledBuffer(256);
        var json = new JsonOutput(buffer);
        if (_root.Members is null) json.BeginObject().EndObject();
        else Write(_root, json);
        return buffer.Span.ToArray();
    }

    private static void Write(Node node, JsonOutput json)
    {
        if (node.Members is not null)
        {
            json.BeginObject();
            foreach (var (name, child) in node.Members)
            {
                json.Name(JsonString.From(name).Span);
                Write(child, json);
            }

            json.EndObject();
        }
        else if (node.Items is not null)
        {
            json.BeginArray();
            foreach (var child in node.Items) Write(child, json);
            json.EndArray();
        }
        else if (node.Text is not null)
        {
            json.Value(new JsonString(node.Text.ToArray()));
        }
        else
        {
            json.Value(new JsonValue(node.Literal));
        }
    }

    // $.a.b[0]['c d']: the forms that Vertex sends.
    private Node? Find(string path)
    {
        var node = _root;
        var at = path.StartsWith('$') ? 1 : 0;
        for (var depth = 0; at < path.Length; depth++)
        {
            if (depth == MostDepth) return null;
            if (path[at] == '.')
            {
                var end = path.AsSpan(at + 1).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : at + 1 + end;
                node = node.Member(path[(at + 1)..end]);
                at = end;
                continue;
            }

            var close = path.IndexOf(']', at);
            if (path[at] != '[' || close < 0) return null;
            var key = path.AsSpan(at + 1, close - at - 1);
            if (key.Length >= 2 && key[0] is '\'' or '"') node = node.Member(key[1..^1].ToString());
            else if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < MostItems) node = node.Item(index);
            else return null;
            at = close + 1;
        }

        return node == _root ? null : node;
    }

    private sealed class Node
    {
        internal List<(string Name, Node Child)>? Members { get; private set; }

        internal List<Node>? Items { get; private set; }

        internal MemoryStream? Text { get; set; }

        internal byte[] Literal { get; set; } = [];

        internal Node Member(string name)
        {
            Members ??= [];
            foreach (var (known, child) in Members)
            {
                if (known == name) return child;
            }

            var added = new Node();
            if (Members.Count < MostItems) Members.Add((name, added));
            return added;
        }

        internal Node Item(int index)
        {
            Items ??= [];
            while (Items.Count <= index) Items.Add(new Node());
            return Items[index];
        }
    }
}
