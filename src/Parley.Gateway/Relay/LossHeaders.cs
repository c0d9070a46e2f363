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
    private const int LongestValue = 4096;

    internal static void Set(GatewayExchange exchange, RouteTarget target, LossReport losses)
    {
        if (target.OnLoss == LossPolicy.Allow) return;
        var value = new StringBuilder();
        foreach (var loss in losses.Losses)
        {
            if (value.Length + loss.Path.Length > LongestValue) break;
            if (value.Length > 0) value.Append(',');
            value.Append(loss.Path);
        }

        exchange.Http.Response.Headers[Name] = HeaderText.Printable(value.ToString());
    }
}
