using System.Globalization;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>The keys that only an <c>azure-openai</c> provider has (contracts §5).</summary>
internal static class AzureSection
{
    public const string DefaultVersion = "2024-10-21";

    private static readonly Dictionary<string, AzureUrlStyle> Styles = new()
    {
        ["v1"] = AzureUrlStyle.V1,
        ["classic"] = AzureUrlStyle.Classic,
    };

    private static readonly string[] Families = ["openai", "anthropic"];

    public static ProviderConfig Read(SectionReader section, ProviderConfig provider)
    {
        section.Required("endpoint", "Give the resource's endpoint, such as https://my-resource.openai.azure.com.");
        var version = Version(section, "apiVersion", provider.ApiVersion);
        return provider with
        {
            Endpoint = Addresses.Url(section, "endpoint") is { } endpoint ? Normalised(section.Context, section.Get("endpoint")!, endpoint) : null,
            AlternativeEndpoints = Endpoints(section),
            ApiVersion = version,
            ResponsesApiVersion = Version(section, "responsesApiVersion", provider.ResponsesApiVersion),
            UrlStyle = section.Choice("urlStyle", Styles)
                ?? (section.Has("apiVersion") && IsDated(version) ? AzureUrlStyle.Classic : AzureUrlStyle.V1),
            Deployments = Deployments(section),
        };
    }

    /// <summary>True for <c>2024-10-21</c> and <c>2025-04-01-preview</c>.</summary>
    public static bool IsDated(string version)
    {
        var date = version.EndsWith("-preview", StringComparison.Ordinal) ? version[..^8] : version;
        return DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    /// <summary>True for a version that Azure knows the form of: a date, or <c>preview</c>, <c>latest</c>, <c>v1</c>.</summary>
    public static bool IsVersion(string version) => IsDated(version) || version is "preview" or "latest" or "v1";

    private static string Version(SectionReader section, string name, string fallback)
    {
        if (section.String(name) is not { } version)
            return fallback;
        if (IsVersion(version))
            return version;
        section.Error(name, $"\"{section.Shown(name)}\" is not an API version. Write a date such as {DefaultVersion} or 2025-04-01-preview, or preview.");
        return fallback;
    }

    private static Uri Normalised(ReadingContext context, ConfigurationNode node, Uri url)
    {
        var (endpoint, cut) = Addresses.AzureEndpoint(url);
        if (cut)
            context.Warning(node, "the path behind the resource is not needed and was cut" + (node.Variables.Count > 0 ? "." : $": {endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')} is used."));
        return endpoint;
    }

    private static List<Uri> Endpoints(SectionReader section)
    {
        List<Uri> endpoints = [];
        foreach (var item in section.StringItems("endpoints") ?? [])
        {
            if (Addresses.Url(section.Context, item, item.Text) is { } url)
                endpoints.Add(Normalised(section.Context, item, url));
        }

        return endpoints;
    }

    private static Dictionary<string, DeploymentConfig> Deployments(SectionReader section)
    {
        var deployments = new Dictionary<string, DeploymentConfig>(StringComparer.Ordinal);
        if (section.Get("deployments") is not { } node)
            return deployments;
        if (node.Kind != ConfigurationNodeKind.Object)
            section.Context.Error(node, $"must be an object of names, not {SectionReader.Kind(node)}: {{ \"gpt-4o\": \"my-deployment\" }}.");
        foreach (var member in node.Members)
        {
            if (member.Name.Length == 0)
                section.Context.Error(member.Value, "a deployment's name must not be empty.");
            else if (Deployment(section.Context, member.Value) is { } deployment)
                deployments[member.Name] = deployment;
        }

        return deployments;
    }

    private static DeploymentConfig? Deployment(ReadingContext context, ConfigurationNode node)
    {
        if (node.Kind == ConfigurationNodeKind.String && node.Text.Length > 0)
            return node.IsIncomplete ? null : new DeploymentConfig(node.Text);
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            context.Error(node, "must be the deployment's name or { \"deployment\": …, \"family\": … }.");
            return null;
        }

        var section = new SectionReader(context, node, ConfigurationKeys.Deployment, snakeCase: true);
        var name = section.Required("deployment", "Give the deployment's name on the resource.");
        var family = section.String("family");
        if (family is not null && !Families.Contains(family))
            section.Error("family", $"\"{section.Shown("family")}\" is not one of {string.Join(", ", Families)}. Without it the family follows from the name.");
        return name is null ? null : new DeploymentConfig(name, family);
    }
}
