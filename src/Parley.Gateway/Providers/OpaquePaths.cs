using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Providers;

/// <summary>What is known of each <see cref="OpaquePath"/>: its path, what it asks of a provider, whether it takes a form.</summary>
internal static class OpaquePaths
{
    /// <summary>All of them.</summary>
    internal static readonly OpaquePath[] All = [.. Enum.GetValues<OpaquePath>().Where(static path => path != OpaquePath.None)];

    /// <summary>Below OpenAI's <c>/v1</c>.</summary>
    internal static string PathOf(OpaquePath path) => path switch
    {
        OpaquePath.Completions => "completions",
        OpaquePath.ImageGenerations => "images/generations",
        OpaquePath.ImageEdits => "images/edits",
        OpaquePath.ImageVariations => "images/variations",
        OpaquePath.Speech => "audio/speech",
        OpaquePath.Transcriptions => "audio/transcriptions",
        OpaquePath.Translations => "audio/translations",
        OpaquePath.Moderations => "moderations",
        _ => throw new ArgumentOutOfRangeException(nameof(path), path, null),
    };

    internal static Operation OperationOf(OpaquePath path) => path switch
    {
        OpaquePath.Completions => Operation.TextCompletions,
        OpaquePath.ImageGenerations or OpaquePath.ImageEdits or OpaquePath.ImageVariations => Operation.Images,
        OpaquePath.Speech or OpaquePath.Transcriptions or OpaquePath.Translations => Operation.Audio,
        OpaquePath.Moderations => Operation.Moderations,
        _ => throw new ArgumentOutOfRangeException(nameof(path), path, null),
    };

    /// <summary>True where the request holds a file: a form, or JSON where the file is only named (OpenAI's <c>images/edits</c>, OpenRouter's transcriptions).</summary>
    internal static bool TakesForm(OpaquePath path) =>
        path is OpaquePath.ImageEdits or OpaquePath.ImageVariations or OpaquePath.Transcriptions or OpaquePath.Translations;

    /// <summary>What a provider must have for an operation; <see cref="ProviderFeatures.None"/> for operations that name no model or are translated.</summary>
    internal static ProviderFeatures FeatureOf(Operation operation) => operation switch
    {
        Operation.TextCompletions => ProviderFeatures.TextCompletions,
        Operation.Images => ProviderFeatures.Images,
        Operation.Audio => ProviderFeatures.Audio,
        Operation.Moderations => ProviderFeatures.Moderations,
        _ => ProviderFeatures.None,
    };

    /// <summary>What a provider lacks that has no such operation, as a message calls it.</summary>
    internal static string NameOf(Operation operation) => operation switch
    {
        Operation.TextCompletions => "text completions",
        Operation.Images => "images",
        Operation.Audio => "audio",
        _ => "moderations",
    };
}
