using Azure.Core;
using Azure.Identity;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Azure;

/// <summary>Configured <c>auth</c> → Azure.Identity's credential.</summary>
internal static class EntraCredentials
{
    internal static TokenCredential Create(ProviderAuthConfig auth) => auth.Kind switch
    {
        ProviderAuthKind.ManagedIdentity => new ManagedIdentityCredential(
            auth.ClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(auth.ClientId)),
        ProviderAuthKind.Entra => new ClientSecretCredential(auth.TenantId, auth.ClientId, auth.ClientSecret!.Reveal()),
        ProviderAuthKind.WorkloadIdentity => new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions
        {
            ClientId = auth.ClientId,
            TenantId = auth.TenantId,
        }),
        ProviderAuthKind.Default => new DefaultAzureCredential(new DefaultAzureCredentialOptions
        {
            ManagedIdentityClientId = auth.ClientId,
            TenantId = auth.TenantId,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(auth), auth.Kind, "not an Entra credential"),
    };
}
