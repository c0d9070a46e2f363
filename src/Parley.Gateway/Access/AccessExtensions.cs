using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Access;

/// <summary>How the feature is put into a host.</summary>
internal static class AccessExtensions
{
    /// <summary>
    /// Registers the keys and the poller. <see cref="SqliteDatabase"/> is registered by the host; fixed keys are handed to
    /// <see cref="KeyIndex.SetFixedKeys"/> and <see cref="FirstStart.RunAsync"/> is awaited before the first request.
    /// </summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(_ => new KeyHasher(Pepper.LoadOrCreate(dataDirectory)));
        services.AddSingleton<KeyStore>();
        services.AddSingleton<KeyIndex>();
        services.AddSingleton<KeyAuthenticator>();
        services.AddSingleton<KeyService>();
        services.AddSingleton<FirstStart>();
        services.AddHostedService<KeyIndexPoller>();
        services.PostConfigure<LoggerFilterOptions>(KeepQueriesOutOfLogs);
        return services;
    }

    /// <summary>Puts the door after routing and CORS and before the endpoints.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="writeError">Writes an error in the shape of the request's surface.</param>
    /// <param name="access">The configuration as it is now.</param>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app, Func<HttpContext, GatewayError, Task> writeError, Func<AccessConfig> access) =>
        app.UseMiddleware<AccessMiddleware>(writeError, access);

    /// <summary>Lets callers with one of these roles (and admins) call the endpoint.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, params KeyRole[] roles)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiresRoleAttribute(roles));

    /// <summary>Lets everyone call the endpoint: only for the list of contracts §7.</summary>
    public static TBuilder AllowWithoutKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AnonymousAccess.Always);

    /// <summary>Lets everyone call the endpoint while <c>access.anonymous</c> lists the path, and callers with the role otherwise.</summary>
    public static TBuilder RequireRoleUnlessListed<TBuilder>(this TBuilder builder, KeyRole role, string path)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiresRoleAttribute(role), AnonymousAccess.WhenListed(path));

    /// <summary>The caller of this request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint needs no key, so there is none.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("No caller: the endpoint does not require a role.");

    // ASP.NET's own "Request starting" line holds the query string, and with it a key that was sent as ?code= or ?key=. A rule of a
    // provider's own beats a general one, so each provider that has rules gets this one too. None and not Critical: while any level
    // is enabled the host makes an Activity per request only to log it: 770 bytes (bench/Parley.Benchmarks).
    private static void KeepQueriesOutOfLogs(LoggerFilterOptions options)
    {
        const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";
        var providers = options.Rules.Select(static rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var rule in options.Rules.Where(static rule => rule.CategoryName?.StartsWith(Category, StringComparison.OrdinalIgnoreCase) == true).ToArray())
            options.Rules.Remove(rule);
        foreach (var provider in providers) options.Rules.Add(new LoggerFilterRule(provider, Category, LogLevel.None, null));
    }
}
