using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Testing.Schemas;

/// <summary>Reads YAML as the JSON it stands for.</summary>
public static partial class YamlAsJson
{
    /// <summary>The first document of the file.</summary>
    public static JsonNode? Read(string file)
    {
        // YamlDotNet refuses block scalars that begin with a line of blanks longer than their indentation; the vendor's document has such.
        using var reader = new StringReader(BlankLine().Replace(File.ReadAllText(file), ""));
        var stream = new YamlStream();
        stream.Load(reader);
        return Convert(stream.Documents[0].RootNode);
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair =>
            new KeyValuePair<string, JsonNode?>(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Scalar(plain.Value!),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => null,
    };

    [GeneratedRegex("^[ ]+$", RegexOptions.Multiline)]
    private static partial Regex BlankLine();

    private static JsonValue? Scalar(string value) => value switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
