using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Providers;

/// <summary>
/// A configured vendor account, compiled: where to call, how to sign in, which dialects it speaks. Knows URLs and headers,
/// and of JSON only what a target's <c>model</c> is called.
/// </summary>
internal abstract class Provider(ProviderConfig config, UpstreamTransport transport)
{
    private readonly ConcurrentDictionary<(Operation, string), Uri> _addresses = new();
    private int _turn;

    /// <summary>The configured name.</summary>
    internal string Name => config.Name;

    internal ProviderConfig Config => config;

    internal UpstreamTransport Transport => transport;

    /// <summary>Why it cannot be called, or null when it can.</summary>
    internal virtual string? Unavailable => config.MissingCredential;

    /// <summary>Why this upstream model of it cannot be called, or null when it can.</summary>
    internal virtual string? UnavailableFor(string upstreamModel) => Unavailable;

    /// <summary>The dialect in which an operation of the given surface dialect is spoken to it; null when it has none.</summary>
    internal virtual Dialect? DialectFor(Dialect surface) => surface;

    /// <summary>The upstream name of a model: on Azure the deployment, elsewhere the name itself.</summary>
    internal virtual string ResolveModel(string model) => model;

    /// <summary>True when <c>allowedModels</c> lets this model through.</summary>
    internal virtual bool Allows(string model, string upstreamModel) =>
        config.AllowedModels is null || config.AllowedModels.Contains(model, StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of credentials that may be tried in turn; at least 1.</summary>
    internal virtual int CredentialCount => Math.Max(1, config.ApiKeys.Count);

    /// <summary>The credential that this request begins with: each request takes the next one.</summary>
    internal int NextCredential()
    {
        var count = CredentialCount;
        return count == 1 ? 0 : (int)((uint)Interlocked.Increment(ref _turn) % (uint)count);
    }

    /// <summary>The address of an operation, made once per upstream model. Bounded: past the bound it is made anew each time.</summary>
    internal Uri AddressOf(Operation operation, string upstreamModel, Uri? endpoint)
    {
        if (endpoint is not null) return BuildAddress(operation, upstreamModel, endpoint);
        if (_addresses.TryGetValue((operation, upstreamModel), out var known)) return known;
        var made = BuildAddress(operation, upstreamModel, null);
        if (_addresses.Count < 1000) _addresses.TryAdd((operation, upstreamModel), made);
        return made;
    }

    /// <summary>Adds the credential's header. A failure to obtain one is returned as an error of this target.</summary>
    internal abstract ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext caller, CancellationToken cancellation);

    /// <summary>Makes the address of an operation.</summary>
    protected abstract Uri BuildAddress(Operation operation, string upstreamModel, Uri? endpoint);

    /// <summary>The last part of an operation's path in OpenAI's API.</summary>
    protected static string PathOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "chat/completions",
        Operation.Responses => "responses",
        Operation.Embeddings => "embeddings",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
