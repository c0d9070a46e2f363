namespace Parley.Gateway.Configuration;

/// <summary>Kinds of <c>auth</c> (contracts §7).</summary>
public enum ProviderAuthKind
{
    /// <summary><c>api-key</c>.</summary>
    ApiKey,

    /// <summary><c>managed-identity</c>: system-assigned, or user-assigned by <c>clientId</c>.</summary>
    ManagedIdentity,

    /// <summary><c>entra</c>: tenant, client and secret.</summary>
    Entra,

    /// <summary><c>workload-identity</c>: federated token of the pod.</summary>
    WorkloadIdentity,

    /// <summary><c>default</c>: Azure.Identity's default chain, which ends in a developer's sign-in.</summary>
    Default,

    /// <summary><c>header</c>: a header with a fixed value.</summary>
    Header,

    /// <summary><c>caller-bearer</c>: the bearer token that the caller brought (beside its Parley key) is sent on.</summary>
    CallerBearer,
}
