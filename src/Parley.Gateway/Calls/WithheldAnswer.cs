using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Calls;

/// <summary>
/// An answer of which a filter of the provider's left nothing. Where only text is shown it would look like an answer of no words, so it is an error;
/// one that was cut is shown as far as it goes.
/// </summary>
internal static class WithheldAnswer
{
    private static readonly GatewayError Withheld = new(GatewayErrorKind.UpstreamRejected, "The provider's content filter withheld the answer. Ask in other words.")
    {
        Status = 400,
        Refusal = RefusalReason.ContentFilter,
    };

    /// <summary>The answer, or the error in its place.</summary>
    internal static TextAnswer OrError(TextAnswer answer) =>
        answer is { Error: null, Text.Length: 0, Finish: FinishReason.ContentFilter } ? answer with { Error = Withheld } : answer;
}
