using Parley.Gateway.Configuration.Entries;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>
/// The places of a configuration whose text an answer may show; text anywhere else is masked. A list of what is shown and not of
/// what is hidden: a key that is added to the configuration tomorrow is masked until somebody decides that it is no secret.
/// Numbers and truth values are shown everywhere, because no credential is one.
/// </summary>
internal sealed class ShownKeys
{
    private static readonly ShownKeys Nothing = new();
    private readonly Dictionary<string, ShownKeys> _beneath = new(StringComparer.Ordinal);

    // A credential that is no secret.
    private bool _isCredential;

    private ShownKeys()
    {
    }

    /// <summary>Every place: for what a caller itself sent.</summary>
    public static ShownKeys All { get; } = new() { IsShown = true, IsWhole = true };

    /// <summary>True when a text at this place may be shown.</summary>
    public bool IsShown { get; private init; }

    /// <summary>
    /// True when an entry of the admin API may hold <c>${NAME}</c> here: where credentials stand. Anywhere else the variable's value would
    /// be sent, listed or told where nobody expects a secret, so a key of the admin API could read the whole environment by it.
    /// </summary>
    public bool TakesVariables => !IsShown || _isCredential;

    private bool IsWhole { get; init; }

    /// <summary>An entry of a kind.</summary>
    public static ShownKeys Of(EntryKind kind) => kind switch
    {
        EntryKind.Provider => Provider,
        EntryKind.Model => Model,
        _ => Alias,
    };

    /// <summary>The sections of the file beside the catalogue. An address of <c>events.webhook</c> may hold a token, so it is not here.</summary>
    public static ShownKeys Settings { get; } = From(
        "$schema", "defaults.*", "limits.*", "access.*", "ledger.*", "surfaces.*", "users.*", "userStorage.*", "egress.*",
        "keys.name", "keys.role", "keys.models", "keys.providers", "keys.tools", "keys.expiresAt");

    private static ShownKeys Provider { get; } = WithCredential(
        "accessKeyId",
        From(
            "type", "baseUrl", "endpoint", "endpoints", "apiVersion", "responsesApiVersion", "urlStyle", "deployments.*", "allowedModels", "region", "accessKeyId",
            "http.*", "breaker.*", "probe.*", "auth.kind", "auth.clientId", "auth.tenantId", "auth.name", "auth.scope"));

    private static ShownKeys Model { get; } = From(
        "modelId", "aliases", "modelName", "providerName", "targets.*", "description", "pick", "affinity.*", "onLoss", "onUnsupported", "cacheBreakpoints",
        "defaults.*", "timeouts.*", "retry.*", "hedge.*", "concurrency.*");

    private static ShownKeys Alias { get; } = From("model", "split.*", "stable", "defaults.*");

    /// <summary>The place of a member; <c>api_version</c> is <c>apiVersion</c>'s.</summary>
    public ShownKeys Beneath(string name) =>
        IsWhole ? this : _beneath.GetValueOrDefault(SectionReader.CamelCase(name)) ?? Nothing;

    private static ShownKeys WithCredential(string name, ShownKeys root)
    {
        root._beneath[name]._isCredential = true;
        return root;
    }

    private static ShownKeys From(params string[] paths)
    {
        var root = new ShownKeys();
        foreach (var path in paths)
        {
            var at = root;
            var steps = path.Split('.');
            for (var i = 0; i < steps.Length && !at.IsWhole; i++)
            {
                var isWhole = i + 1 < steps.Length && steps[i + 1] == "*";
                if (!at._beneath.TryGetValue(steps[i], out var next))
                    at._beneath.Add(steps[i], next = new ShownKeys { IsShown = isWhole || i + 1 == steps.Length, IsWhole = isWhole });
                at = next;
            }
        }

        return root;
    }
}
