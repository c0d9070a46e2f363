using System.Globalization;
using Microsoft.Extensions.Primitives;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// The cookie that keeps a client on its target (contracts §4): its value is the target's index in the file, in bare decimal digits, and
/// never names a backend. It is set on every answer of the pool, and read without making an object.
/// </summary>
internal sealed class AffinityCookie
{
    private const string Attributes = "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax";

    private readonly string _name;
    private readonly string[] _lines;

    private AffinityCookie(string name, int targets)
    {
        _name = name;
        _lines = [.. Enumerable.Range(0, targets).Select(index => string.Create(CultureInfo.InvariantCulture, $"{name}={index}{Attributes}"))];
    }

    /// <summary>The cookie of a model; null where it has none.</summary>
    internal static AffinityCookie? Of(ModelConfig? model) =>
        model?.Affinity is { Kind: AffinityKind.Cookie } affinity ? new AffinityCookie(affinity.Name, model.Targets.Count) : null;

    /// <summary>The value of <c>Set-Cookie</c> for a target.</summary>
    internal string LineOf(RouteTarget target) => _lines[target.Index];

    /// <summary>
    /// The member that a request's cookies ask for; -1 for none. A browser may send several of one name (RFC 6265 §4.2.2 promises no
    /// order): the first that names a member which can take the request counts, and whatever is not a bare number is nobody's.
    /// </summary>
    internal int Find(StringValues cookies, TargetPool pool, ulong callable)
    {
        for (var line = 0; line < cookies.Count; line++)
        {
            var rest = cookies[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (IndexIn(pair) is not { } index) continue;
                var position = pool.PositionOf(index);
                if (position >= 0 && (callable & (1UL << position)) != 0) return position;
            }
        }

        return -1;
    }

    private int? IndexIn(ReadOnlySpan<char> pair)
    {
        var equals = pair.IndexOf('=');
        if (equals < 0 || !pair[..equals].Trim(" \t").SequenceEqual(_name)) return null;
        // Digits alone: no sign, no quotes, as the old policy's (\d+) read them.
        return int.TryParse(pair[(equals + 1)..].Trim(" \t"), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }
}
