using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Providers;

/// <summary>
/// A configured vendor account, compiled: where to call, how to sign in, which dialects it speaks. Knows URLs and headers,
/// and of JSON only what a target's <c>model</c> is called.
/// </summary>
internal abstract class Provider(ProviderConfig config, UpstreamTransport transport)
{
    private readonly ConcurrentDictionary<(UpstreamCall, string), Uri> _addresses = new();
    private int _turn;

    /// <summary>The configured name.</summary>
    internal string Name => config.Name;

    internal ProviderConfig Config => config;

    internal UpstreamTransport Transport => transport;

    /// <summary>The live states of its targets.</summary>
    internal required ProviderTargets Targets { get; init; }

    /// <summary>Why it cannot be called, or null when it can.</summary>
    internal virtual string? Unavailable => config.MissingCredential;

    /// <summary>Why this upstream model of it cannot be called, or null when it can.</summary>
    internal virtual string? UnavailableFor(string upstreamModel) => Unavailable;

    /// <summary>The dialects that this upstream model is spoken to in, preferred first.</summary>
    internal abstract IReadOnlyList<Dialect> DialectsOf(string upstreamModel);

    /// <summary>
    /// The dialect for a call that came in the surface's: that one itself where the model takes it (the bytes are spliced), else the
    /// first it takes (they are translated); null when it has none for such a call.
    /// </summary>
    internal Dialect? DialectFor(Surface surface, string upstreamModel)
    {
        // Passed on unread or not at all.
        if (surface.Dialect == Dialect.Opaque) return Offers(surface.Operation, upstreamModel) ? Dialect.Opaque : null;
        var dialects = DialectsOf(upstreamModel);
        Dialect? first = null;
        for (var index = 0; index < dialects.Count; index++)
        {
            var dialect = dialects[index];
            if (dialect == surface.Dialect) return dialect;
            if (first is null && IsEmbeddings(dialect) == IsEmbeddings(surface.Dialect)) first = dialect;
        }

        // A count is the provider's own (contracts §6): another dialect's tokens are others.
        return surface.Operation == Operation.CountTokens ? null : first;
    }

    /// <summary>True when it has an operation whose bodies are passed on unread, for this upstream model.</summary>
    internal virtual bool Offers(Operation operation, string upstreamModel) => (config.Features & OpaquePaths.FeatureOf(operation)) != 0;

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

    /// <summary>The address of a call, made once per upstream model. Bounded: past the bound it is made anew each time.</summary>
    internal Uri AddressOf(UpstreamCall call, string upstreamModel, Uri? endpoint)
    {
        if (endpoint is not null) return BuildAddress(call, upstreamModel, endpoint);
        if (_addresses.TryGetValue((call, upstreamModel), out var known)) return known;
        var made = BuildAddress(call, upstreamModel, null);
        if (_addresses.Count < 1000) _addresses.TryAdd((call, upstreamModel), made);
        return made;
    }

    /// <summary>Where its list of models is, and the dialect that such a call is signed in; null when it has none beside its models.</summary>
    internal virtual (Uri Address, Dialect Dialect)? ModelsList => null;

    /// <summary>The address of what is kept there in OpenAI's API (<c>files/{id}</c>, <c>batches</c>), without the caller's query; null when it has no such API.</summary>
    internal virtual string? AddressOfStored(string path) => null;

    /// <summary>What the paths of raw calls stand below, without a trailing slash; null when there is nothing to call.</summary>
    internal virtual string? RawBase => null;

    /// <summary>The dialect that a raw call is signed in, and whose headers it may have. It says nothing of the body.</summary>
    /// <param name="path">What stands behind <see cref="RawBase"/>.</param>
    internal virtual Dialect RawDialect(string path) => Dialect.OpenAIChat;

    /// <summary>True when the signature is over the body, which must then be in memory.</summary>
    internal virtual bool SignsBody => false;

    /// <summary>Adds the credential's header. A failure to obtain one is returned as an error of this target.</summary>
    /// <param name="request">What is signed.</param>
    /// <param name="credential">Which of the credentials.</param>
    /// <param name="caller">Whose call it is; null for a call of the gateway's own (a probe).</param>
    /// <param name="cancellation">Ends the wait for a credential.</param>
    internal abstract ValueTask<GatewayError?> SignAsync(UpstreamRequest request, int credential, HttpContext? caller, CancellationToken cancellation);

    /// <summary>Makes the address of a call.</summary>
    protected abstract Uri BuildAddress(UpstreamCall call, string upstreamModel, Uri? endpoint);

    /// <summary>The last part of a call's path in OpenAI's API.</summary>
    protected static string PathOf(UpstreamCall call) => call.Dialect switch
    {
        Dialect.OpenAIChat => "chat/completions",
        Dialect.OpenAIResponses => "responses",
        Dialect.OpenAIEmbeddings => "embeddings",
        Dialect.Opaque => OpaquePaths.PathOf(call.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };

    private static bool IsEmbeddings(Dialect dialect) =>
        dialect is Dialect.OpenAIEmbeddings or Dialect.GeminiEmbeddings or Dialect.TitanEmbeddings or Dialect.CohereEmbeddings;
}
