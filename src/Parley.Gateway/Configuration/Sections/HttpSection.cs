using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>A provider's <c>http</c>.</summary>
internal static class HttpSection
{
    private const int Day = 24 * 60 * 60;

    private static readonly Dictionary<string, HttpVersionConfig> Versions = new()
    {
        ["negotiate"] = HttpVersionConfig.Negotiate,
        ["1.1"] = HttpVersionConfig.Http11,
        ["2"] = HttpVersionConfig.Http2,
    };

    public static HttpConfig Read(ReadingContext context, ConfigurationNode node, string directory)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.Http, snakeCase: true);
        var defaults = new HttpConfig();
        var caFile = section.String("caFile") is { } path ? Path.GetFullPath(path, directory) : null;
        if (caFile is not null && !File.Exists(caFile))
            section.Error("caFile", $"{caFile} does not exist. Give a PEM file; a relative path starts from the configuration file.");
        var proxy = Addresses.Url(section, "proxy");
        if (proxy is not null && (proxy.Scheme != "http" || proxy.AbsolutePath != "/"))
            section.Error("proxy", "must be http://host:port without a path.");
        return new HttpConfig
        {
            MaxConnections = section.Int("maxConnections", defaults.MaxConnections, 1, 100_000),
            IdleSeconds = section.Int("idleSeconds", defaults.IdleSeconds, 1, Day),
            LifetimeSeconds = section.Int("lifetimeSeconds", defaults.LifetimeSeconds, 1, Day),
            ConnectSeconds = section.Int("connectSeconds", defaults.ConnectSeconds, 1, 600),
            FirstByteSeconds = section.Int("firstByteSeconds", defaults.FirstByteSeconds, 1, Day),
            IdleStreamSeconds = section.Int("idleStreamSeconds", defaults.IdleStreamSeconds, 1, Day),
            Version = section.Choice("version", Versions) ?? defaults.Version,
            Proxy = proxy,
            CaFile = caFile,
        };
    }
}
