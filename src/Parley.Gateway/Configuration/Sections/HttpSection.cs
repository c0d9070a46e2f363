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
        var caFile = CaFile(section, directory);
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

    private static string? CaFile(SectionReader section, string directory)
    {
        if (section.String("caFile") is not { } written)
            return null;
        // The file system takes no zero byte, and nobody names a file with the others.
        if (written.Any(char.IsControl))
        {
            section.Error("caFile", "holds a control character, such as a line break. Write the path of a PEM file.");
            return null;
        }

        var path = Path.GetFullPath(written, directory);
        if (!File.Exists(path))
        {
            var shown = section.Get("caFile")!.Variables.Count > 0 ? section.Shown("caFile") : path;
            section.Error("caFile", $"{shown} does not exist. Give a PEM file; a relative path starts from the configuration file.");
        }

        return path;
    }
}
