using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Conversations;

/// <summary>Whom a request is written for.</summary>
/// <param name="Dialect">The dialect it is written in.</param>
/// <param name="Model">The model or deployment as the provider knows it.</param>
/// <param name="Traits">What that model takes and refuses.</param>
public sealed record TranslationTarget(Dialect Dialect, JsonString Model, ModelTraits Traits)
{
    /// <summary>True when a long prefix is to be marked for the cache although the caller set no marks (Claude only).</summary>
    public bool AddsCacheBreakpoints { get; init; }

    /// <summary>True for OpenAI itself and Azure, which know every field of OpenAI's documents; false for compatible servers, which may refuse the newer ones.</summary>
    public bool IsOpenAI { get; init; }

    /// <summary>True for Claude on Azure, where <c>output_config.format</c> and some betas are missing.</summary>
    public bool IsAzure { get; init; }

    /// <summary>False for a server that refuses <c>stream_options</c>: usage of its streams cannot be asked for.</summary>
    public bool TakesStreamUsage { get; init; } = true;
}
