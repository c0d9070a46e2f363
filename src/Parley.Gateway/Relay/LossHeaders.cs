using System.Text;
using Parley.Dialects.Conversations;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary><c>x-parley-lost: path,path</c>: what was not carried over (contracts §7). Not sent where the model's policy is <c>allow</c>.</summary>
internal static class LossHeaders
{
    private const string Name = "x-parley-lost";
    private const int LongestValue = 2048;

    internal static void Set(GatewayExchange exchange, RouteTarget target, LossReport losses)
    {
        if (target.OnLoss == LossPolicy.Allow) return;
        var value = new StringBuilder();
        foreach (var loss in losses.Losses)
        {
            // Escaped one by one: a path may hold names of the caller's, and a comma in one must not look like two.
            var path = Escape(loss.Path);
            if (value.Length + path.Length + 1 > LongestValue) continue;
            if (value.Length > 0) value.Append(',');
            value.Append(path);
        }

        if (value.Length > 0) exchange.Http.Response.Headers[Name] = value.ToString();
    }

    private static string Escape(string path) =>
        path.AsSpan().ContainsAnyExceptInRange(' ', '~') || path.Contains(',', StringComparison.Ordinal) ? Uri.EscapeDataString(path) : path;
}
