using System.Collections.Frozen;

namespace Parley.Gateway.Access;

/// <summary>
/// Who holds the presented key. Made only by <c>KeyAuthenticator</c> from a key that was found and is valid now:
/// there is no anonymous caller. (<c>Wrapper.HealthCall</c> makes one for a call of Parley's own; no request from outside is ever given it.)
/// </summary>
public sealed class Caller
{
    internal Caller(string keyId, string name, KeyRole role, FrozenSet<string>? models, FrozenSet<string>? providers, int priority = KeyRules.DefaultPriority, FrozenSet<string>? tools = null)
    {
        KeyId = keyId;
        Name = name;
        Role = role;
        Models = models;
        Providers = providers;
        Priority = priority;
        Tools = tools;
    }

    /// <summary>The key's identifier (not the key): what the ledger and the logs say.</summary>
    public string KeyId { get; }

    /// <summary>The name that the operator gave the key.</summary>
    public string Name { get; }

    /// <summary>The key's role.</summary>
    public KeyRole Role { get; }

    /// <summary>Model ids and aliases that the key may use; null means the whole catalogue.</summary>
    public FrozenSet<string>? Models { get; }

    /// <summary>Providers that the key may address as a whole (<c>provider/model</c>); null means none.</summary>
    public FrozenSet<string>? Providers { get; }

    /// <summary>MCP tools that the key may see and call, and by these names the agents that it may ask on any surface; null means all.</summary>
    public FrozenSet<string>? Tools { get; }

    /// <summary>From 1 to 10: who waits for a busy model goes by it, higher first.</summary>
    public int Priority { get; }

    /// <summary>True when the key's role is <paramref name="role"/> or <see cref="KeyRole.Admin"/>.</summary>
    public bool Has(KeyRole role) => Role == KeyRole.Admin || Role == role;

    /// <summary>True when the key may use this entry of the catalogue, by its id or the alias that was asked for.</summary>
    public bool MayUseModel(string modelId, string asked) =>
        Role == KeyRole.Admin || (Role == KeyRole.Inference && (Models is null || Models.Contains(modelId) || Models.Contains(asked)));

    /// <summary>True when the key may see and call this tool of the MCP server; for an agent that is its name as a tool.</summary>
    public bool MayUseTool(string tool) => Role == KeyRole.Admin || (Role == KeyRole.Inference && (Tools is null || Tools.Contains(tool)));

    /// <summary>True when the key may address this provider's models by prefix.</summary>
    public bool MayUseProvider(string provider) =>
        Role == KeyRole.Admin || (Role == KeyRole.Inference && Providers is not null && Providers.Contains(provider));
}
