using System.Text.Json.Nodes;

namespace Parley.Dialects.Tests.Fidelity;

/// <summary>Where two JSON texts differ: paths without indexes.</summary>
internal static class JsonDifferences
{
    internal static IEnumerable<string> Of(JsonNode? before, JsonNode? after, string path = "")
    {
        switch (before, after)
        {
            case (JsonObject a, JsonObject b):
                foreach (var (name, value) in a)
                {
                    var inner = path.Length == 0 ? name : $"{path}.{name}";
                    // A member that is null, or missing, says the same.
                    if (!b.ContainsKey(name))
                    {
                        if (value is not null) yield return $"{inner} (gone)";
                        continue;
                    }

                    foreach (var difference in Of(value, b[name], inner)) yield return difference;
                }

                foreach (var (name, value) in b)
                {
                    if (!a.ContainsKey(name) && value is not null) yield return $"{(path.Length == 0 ? name : $"{path}.{name}")} (new)";
                }

                break;
            case (JsonArray a, JsonArray b):
                if (a.Count != b.Count)
                {
                    yield return $"{path}[] (count)";
                    break;
                }

                for (var i = 0; i < a.Count; i++)
                {
                    foreach (var difference in Of(a[i], b[i], path + "[]")) yield return difference;
                }

                break;
            default:
                if (!JsonNode.DeepEquals(before, after)) yield return path;
                break;
        }
    }
}
