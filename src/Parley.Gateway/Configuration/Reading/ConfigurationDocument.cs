using System.Text;
using System.Text.Json;

namespace Parley.Gateway.Configuration.Reading;

/// <summary>Reads a JSON file (comments and trailing commas allowed) into nodes that know their line and column.</summary>
internal sealed class ConfigurationDocument
{
    private const int MaxDepth = 32;

    private readonly string _file;
    private readonly LineMap _lines;
    private readonly ConfigurationProblems _problems;
    private readonly IReadOnlyDictionary<string, string>? _variables;

    private ConfigurationDocument(
        string file, ReadOnlyMemory<byte> utf8, IReadOnlyDictionary<string, string>? variables, ConfigurationProblems problems)
    {
        _file = file;
        _lines = new LineMap(utf8);
        _variables = variables;
        _problems = problems;
    }

    /// <summary>Parses <paramref name="utf8"/>; null when it is not JSON, which is then reported.</summary>
    /// <param name="file">How messages call it.</param>
    /// <param name="utf8">The file's bytes, a byte order mark allowed.</param>
    /// <param name="variables">Values for <c>${NAME}</c>; null leaves strings as they are.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static ConfigurationNode? Parse(
        string file, ReadOnlyMemory<byte> utf8, IReadOnlyDictionary<string, string>? variables, ConfigurationProblems problems)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        if (utf8.Span.IndexOf((byte)0) >= 0)
        {
            problems.Error(file, "", 0, 0, "the file holds zero bytes. Save it as UTF-8.");
            return null;
        }

        var options = new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth };
        var reader = new Utf8JsonReader(utf8.Span, options);
        try
        {
            reader.Read();
            var document = new ConfigurationDocument(file, utf8, variables, problems);
            var root = document.Value(ref reader, "");
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            // JsonException counts from 0, and its message repeats the place.
            var message = e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
            problems.Error(file, "", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, $"not valid JSON: {message}.");
        }
        catch (InvalidOperationException e) when (e.InnerException is DecoderFallbackException or ArgumentException or null)
        {
            var (line, column) = new LineMap(utf8).At(reader.TokenStartIndex);
            problems.Error(file, "", line, column, "a string is not valid UTF-8. Save the file as UTF-8.");
        }

        return null;
    }

    /// <summary><c>path.name</c>, or <c>path["name"]</c> where the name holds other characters than a plain one.</summary>
    public static string Join(string path, string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '$' or '/'))
                return $"{path}[\"{Printable(name)}\"]";
        }

        return path.Length == 0 ? name : $"{path}.{name}";
    }

    private ConfigurationNode Value(ref Utf8JsonReader reader, string path)
    {
        var (line, column) = _lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, new ConfigurationNode(ConfigurationNodeKind.Object, path, line, column));
            case JsonTokenType.StartArray:
                var array = new ConfigurationNode(ConfigurationNodeKind.Array, path, line, column);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    array.Items.Add(Value(ref reader, $"{path}[{array.Items.Count}]"));
                return array;
            case JsonTokenType.String:
                return String(reader.GetString()!, path, line, column);
            case JsonTokenType.Number:
                return new ConfigurationNode(ConfigurationNodeKind.Number, path, line, column) { Text = Encoding.ASCII.GetString(reader.ValueSpan) };
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.True => ConfigurationNodeKind.True,
                    JsonTokenType.False => ConfigurationNodeKind.False,
                    _ => ConfigurationNodeKind.Null,
                };
                return new ConfigurationNode(kind, path, line, column);
        }
    }

    private ConfigurationNode Object(ref Utf8JsonReader reader, ConfigurationNode node)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var (line, column) = _lines.At(reader.TokenStartIndex);
            var path = Join(node.Path, name);
            reader.Read();
            var value = Value(ref reader, path);
            if (seen.TryAdd(name, line))
                node.Members.Add(new ConfigurationMember(name, line, column, value));
            else
                _problems.Error(_file, path, line, column, $"written twice; the first is on line {seen[name]}. Keep one of them.");
        }

        return node;
    }

    private ConfigurationNode String(string text, string path, int line, int column)
    {
        List<string> used = [];
        List<string> missing = [];
        var expanded = _variables is null ? text : VariableExpansion.Expand(text, _variables, used, missing);
        if (expanded is null)
            _problems.Error(_file, path, line, column, "${ is not followed by a variable's name and }. Write ${NAME}, or $${ for a literal ${.");
        foreach (var name in missing)
            _problems.Error(_file, path, line, column, $"{name} is not set. Set the variable (or put it into .env), or remove this entry.");
        return new ConfigurationNode(ConfigurationNodeKind.String, path, line, column)
        {
            Text = expanded ?? text,
            Written = text,
            Variables = used,
            IsIncomplete = expanded is null || missing.Count > 0,
        };
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(80).Select(static c => char.IsControl(c) ? '?' : c));
}
