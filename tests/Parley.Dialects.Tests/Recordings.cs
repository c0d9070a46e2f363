using YamlDotNet.RepresentationModel;

namespace Parley.Dialects.Tests;

/// <summary>Recorded provider traffic beside the repository (<c>../shared/recordings</c>): third-party data, read in place.</summary>
internal static class Recordings
{
    private static readonly string? Root = Find();

    /// <summary>Files under a folder that end in a suffix; none when the recordings are missing.</summary>
    internal static IEnumerable<string> Files(string folder, string suffix) => Root is null || !Directory.Exists(Path.Combine(Root, folder))
        ? []
        : Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + suffix, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    internal static string Name(string file) => Path.GetRelativePath(Root!, file);

    /// <summary>The reply bodies of a cassette, with their content type.</summary>
    internal static IEnumerable<(string ContentType, string Body)> Replies(string cassette)
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(cassette);
        yaml.Load(text);
        foreach (var interaction in ((YamlSequenceNode)yaml.Documents[0].RootNode["interactions"]).Children)
        {
            var response = interaction["response"];
            var headers = (YamlMappingNode)response["headers"];
            var type = headers.Children.Where(h => string.Equals(h.Key.ToString(), "content-type", StringComparison.OrdinalIgnoreCase))
                .Select(h => ((YamlSequenceNode)h.Value).Children[0].ToString()).FirstOrDefault("");
            yield return (type, response["body"].ToString());
        }
    }

    /// <summary>The exchanges of a cassette: the request's body, and the answer's status, content type and body.</summary>
    internal static IEnumerable<(string Request, int Status, string ContentType, string Body)> Exchanges(string cassette)
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(cassette);
        yaml.Load(text);
        var interactions = ((YamlSequenceNode)yaml.Documents[0].RootNode["interactions"]).Children;
        foreach (var (interaction, (type, body)) in interactions.Zip(Replies(cassette)))
        {
            var request = (YamlMappingNode)interaction["request"];
            var sent = request.Children.TryGetValue("body", out var node) ? node.ToString() : "";
            yield return (sent.TrimStart(), int.Parse(interaction["response"]["code"].ToString(), System.Globalization.CultureInfo.InvariantCulture), type, body);
        }
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Parley.slnx"))) continue;
            var recordings = Path.Combine(folder.FullName, "..", "shared", "recordings");
            return Directory.Exists(recordings) ? Path.GetFullPath(recordings) : null;
        }

        return null;
    }
}
