namespace Parley.Simulator;

/// <summary>What a model's name says about it.</summary>
internal static class ModelTraits
{
    public const string Echo = "parley/echo";

    private const string SimulatedPrefix = "sim-";

    private static readonly string[] MediaPrefixes = ["gpt-image", "dall-e", "tts-", "whisper", "omni-moderation", "text-moderation", "gpt-3.5-turbo-instruct"];

    /// <summary>The models OpenAI's form knows, with the name their answers carry.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["gpt-4o"] = "gpt-4o-2024-08-06",
        ["gpt-4o-mini"] = "gpt-4o-mini-2024-07-18",
        ["gpt-4.1"] = "gpt-4.1-2025-04-14",
        ["gpt-4.1-mini"] = "gpt-4.1-mini-2025-04-14",
        ["gpt-4.1-nano"] = "gpt-4.1-nano-2025-04-14",
        ["gpt-5"] = "gpt-5-2025-08-07",
        ["gpt-5-mini"] = "gpt-5-mini-2025-08-07",
        ["gpt-5-nano"] = "gpt-5-nano-2025-08-07",
        ["o3"] = "o3-2025-04-16",
        ["o3-mini"] = "o3-mini-2025-01-31",
        ["o4-mini"] = "o4-mini-2025-04-16",
        ["gpt-4o-cached"] = "gpt-4o-cached",
        ["text-embedding-3-small"] = "text-embedding-3-small",
        ["text-embedding-3-large"] = "text-embedding-3-large",
        ["text-embedding-ada-002"] = "text-embedding-ada-002-v2",
        ["gpt-3.5-turbo-instruct"] = "gpt-3.5-turbo-instruct:20230824-v2",
        ["gpt-image-1"] = "gpt-image-1",
        ["dall-e-2"] = "dall-e-2",
        ["dall-e-3"] = "dall-e-3",
        ["tts-1"] = "tts-1",
        ["tts-1-hd"] = "tts-1-hd",
        ["gpt-4o-mini-tts"] = "gpt-4o-mini-tts",
        ["whisper-1"] = "whisper-1",
        ["gpt-4o-transcribe"] = "gpt-4o-transcribe",
        ["gpt-4o-mini-transcribe"] = "gpt-4o-mini-transcribe",
        ["omni-moderation-latest"] = "omni-moderation-latest",
        ["text-moderation-latest"] = "text-moderation-latest",
        [Echo] = Echo,
    };

    public static bool Exists(string model) => IsSimulated(model) || Known.ContainsKey(model) || Known.Values.Contains(model, StringComparer.Ordinal);

    public static bool IsSimulated(string model) => model.StartsWith(SimulatedPrefix, StringComparison.Ordinal);

    public static bool IsEmbedding(string model) => model.StartsWith("text-embedding", StringComparison.Ordinal);

    /// <summary>Whether it makes or reads pictures or sounds, judges texts, or only continues them: no chat model.</summary>
    public static bool IsMedia(string model) =>
        MediaPrefixes.Any(prefix => model.StartsWith(prefix, StringComparison.Ordinal))
        || model.EndsWith("-transcribe", StringComparison.Ordinal) || model.EndsWith("-tts", StringComparison.Ordinal);

    /// <summary>Whether it may be asked for anything, chat and embeddings.</summary>
    public static bool IsUniversal(string model) => model == Echo || IsSimulated(model);

    public static bool Reasons(string model) =>
        model.StartsWith("gpt-5", StringComparison.Ordinal)
        || model.StartsWith("sim-reasoning", StringComparison.Ordinal)
        || (model.Length > 1 && model[0] == 'o' && char.IsAsciiDigit(model[1]));

    public static bool ReportsCached(string model) => model.Contains("-cached", StringComparison.Ordinal);

    public static string AnsweredAs(string model) => Known.GetValueOrDefault(model, model);

    /// <summary>The number N of a model named <c>sim-events-N</c>.</summary>
    public static int? Events(string model) =>
        model.StartsWith("sim-events-", StringComparison.Ordinal) && int.TryParse(model.AsSpan(11), out var count) ? count : null;
}
