using System.Net;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary><c>access</c>: what the operator opened.</summary>
internal static class AccessSection
{
    private static readonly string[] MayBeAnonymous = ["/health", "/metrics"];

    public static AccessConfig Read(ReadingContext context, ConfigurationNode node)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Access);
        foreach (var item in section.StringItems("anonymous") ?? [])
        {
            if (!MayBeAnonymous.Contains(item.Text))
                context.Error(item, $"\"{item.Shown}\" cannot be opened. Only /health and /metrics may be called without a key.");
        }

        foreach (var item in section.StringItems("trustedProxies") ?? [])
        {
            if (!IPAddress.TryParse(item.Text, out _) && !IPNetwork.TryParse(item.Text, out _))
                context.Error(item, $"\"{item.Shown}\" is not an address or network. Write 10.0.0.7 or 10.0.0.0/8.");
        }

        var access = new AccessConfig
        {
            Anonymous = section.Strings("anonymous") ?? [],
            TrustedProxies = section.Strings("trustedProxies") ?? [],
        };
        return section.Get("cors") is { } cors ? Cors(new SectionReader(context, cors, ConfigurationKeys.Cors), access) : access;
    }

    private static AccessConfig Cors(SectionReader section, AccessConfig access)
    {
        foreach (var item in section.StringItems("origins") ?? [])
        {
            if (item.Text != "*" && (Addresses.Problem(item.Text, out var url) is not null || url!.GetLeftPart(UriPartial.Authority) != item.Text))
                section.Context.Error(item, $"\"{item.Shown}\" is not an origin. Write scheme and host without a slash at the end, https://app.example.com, or *.");
        }

        foreach (var item in section.StringItems("headers") ?? [])
        {
            if (!item.Text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                section.Context.Error(item, $"\"{item.Shown}\" is not a header name.");
        }

        var origins = section.Strings("origins") ?? [];
        var credentials = section.Bool("credentials") ?? false;
        // The Fetch standard refuses a wildcard origin on a request with credentials, and echoing any origin would open the gateway.
        if (credentials && origins.Contains("*"))
            section.Error("credentials", "cannot be true while origins holds *. List the origins.");
        return access with { CorsOrigins = origins, CorsHeaders = section.Strings("headers") ?? [], CorsCredentials = credentials };
    }
}
