using System.Globalization;
using System.Text;
using Parley.Dialects.Json;

namespace Parley.Dialects.Models;

/// <summary>
/// Where one stands in a schema: its steps, spelled only when something is reported. A schema is the caller's and may have very many
/// keywords behind very long names, so a path is also cut at <see cref="Longest"/> characters.
/// </summary>
internal sealed class SchemaPath(string root)
{
    private const int Longest = 200;

    private readonly List<(JsonString Name, int Index)> _steps = [];

    internal void Enter(JsonString name) => _steps.Add((name, -1));

    internal void Enter(int index) => _steps.Add((default, index));

    internal void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <inheritdoc/>
    public override string ToString()
    {
        var spelled = new StringBuilder(root, Longest);
        foreach (var (name, index) in _steps)
        {
            if (spelled.Length > Longest) break;
            if (index >= 0) spelled.Append(CultureInfo.InvariantCulture, $"[{index}]");
            // A name that is cut anyway is spelled as it stood on the wire.
            else spelled.Append('.').Append(name.Span.Length <= Longest ? name.ToText() : Encoding.UTF8.GetString(name.Span[..Longest]) + "…");
        }

        if (spelled.Length > Longest)
        {
            spelled.Length = char.IsHighSurrogate(spelled[Longest - 1]) ? Longest - 1 : Longest;
            spelled.Append('…');
        }

        return spelled.ToString();
    }
}
