using System.Globalization;
using System.Text;

namespace Parley.Fuzz;

/// <summary>Requests of many small things that belong together, by number: what a search in a list, or a text joined piece by piece, makes quadratic.</summary>
internal static class GrowthShapes
{
    private static readonly (string Target, string Name, string Before, string Piece, string Behind)[] All =
    [
        (
            "OpenAIChat request", "pieces of one thought",
            """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"x","reasoning_details":[""",
            """{"type":"reasoning.text","text":"some words","index":0}""", "]}]}"
        ),
        (
            "OpenAIChat request", "calls with signatures",
            """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[""",
            """{"id":"call_#","type":"function","function":{"name":"tool_#","arguments":"{}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}""", "]}]}"
        ),
        (
            "OpenAIChat request", "tools", """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[""",
            """{"type":"function","function":{"name":"tool_#","parameters":{"type":"object"}}}""", "]}"
        ),
        (
            "AnthropicMessages request", "called tools that are not offered",
            """{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[""",
            """{"type":"tool_use","id":"call_#","name":"tool_#","input":{}}""", "]}]}"
        ),
        (
            "OpenAIResponses request", "calls", """{"model":"m","input":[{"role":"user","content":"x"},""",
            """{"type":"function_call","call_id":"call_#","name":"tool_#","arguments":"{}"},{"type":"function_call_output","call_id":"call_#","output":"x"}""", "]}"
        ),
    ];

    /// <summary>The shapes for one target, each as a body of any number of pieces.</summary>
    internal static IEnumerable<(string Name, Func<int, byte[]> Body)> For(FuzzTarget target)
    {
        foreach (var (of, name, before, piece, behind) in All)
        {
            if (of != target.Name) continue;
            yield return (name, count => Encoding.UTF8.GetBytes(before
                + string.Join(',', Enumerable.Range(0, count).Select(i => piece.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))) + behind));
        }
    }
}
