using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Ingress;

/// <summary>CORS as <c>access.cors</c> says now; no origin is allowed by default.</summary>
internal sealed class SnapshotCorsPolicyProvider(SnapshotHolder snapshots) : ICorsPolicyProvider
{
    private volatile Built? _built;

    private sealed record Built(AccessConfig Access, CorsPolicy? Policy);

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var access = snapshots.Current.Config.Access;
        var built = _built;
        if (!ReferenceEquals(built?.Access, access)) _built = built = new Built(access, Create(access));
        return Task.FromResult(built!.Policy);
    }

    private static CorsPolicy? Create(AccessConfig access)
    {
        if (access.CorsOrigins.Count == 0) return null;
        var builder = new CorsPolicyBuilder().AllowAnyMethod().WithExposedHeaders(
            "x-request-id", "x-parley-provider", "x-parley-model", "x-parley-attempts", "x-parley-upstream-request-id", "Retry-After", "WWW-Authenticate");
        if (access.CorsOrigins.Contains("*")) builder.AllowAnyOrigin();
        else builder.WithOrigins([.. access.CorsOrigins]);
        if (access.CorsHeaders.Count == 0) builder.AllowAnyHeader();
        else builder.WithHeaders([.. access.CorsHeaders]);
        if (access.CorsCredentials && !access.CorsOrigins.Contains("*")) builder.AllowCredentials();
        return builder.Build();
    }
}
