namespace Parley.Simulator;

/// <summary>The paths of text completions, images, audio and moderations. Azure has the same below its deployments, but no variations and no moderations.</summary>
internal static class MediaRoutes
{
    public static Operation? Find(Vendor vendor, ReadOnlySpan<string> rest) => rest switch
    {
        ["completions"] => Operation.TextCompletions,
        ["images", "generations"] => Operation.GenerateImages,
        ["images", "edits"] => Operation.EditImages,
        ["images", "variations"] when vendor == Vendor.OpenAI => Operation.VaryImages,
        ["audio", "speech"] => Operation.Speak,
        ["audio", "transcriptions"] => Operation.Transcribe,
        ["audio", "translations"] => Operation.Translate,
        ["moderations"] when vendor == Vendor.OpenAI => Operation.Moderate,
        _ => null,
    };

    /// <summary>True for the operations whose requests hold a file.</summary>
    public static bool TakesForm(Operation operation) =>
        operation is Operation.EditImages or Operation.VaryImages or Operation.Transcribe or Operation.Translate;

    /// <summary>True for all of them.</summary>
    public static bool IsMedia(Operation operation) => operation is >= Operation.TextCompletions and <= Operation.Moderate;

    public static SimulatedReply Answer(SimulatedCall call) => call.Operation switch
    {
        Operation.TextCompletions => CompletionsOperation.Answer(call),
        Operation.GenerateImages or Operation.EditImages or Operation.VaryImages => ImagesOperation.Answer(call),
        Operation.Speak => SpeechOperation.Answer(call),
        Operation.Transcribe or Operation.Translate => TranscriptionOperation.Answer(call),
        Operation.Moderate => ModerationsOperation.Answer(call),
        _ => throw new InvalidOperationException($"No answer to {call.Operation}."),
    };
}
