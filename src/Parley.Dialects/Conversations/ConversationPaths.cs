using System.Globalization;
using System.Text;

namespace Parley.Dialects.Conversations;

/// <summary>Spells where something stood in the origin's request.</summary>
internal static class ConversationPaths
{
    internal static string Of(Dialect origin, Turn turn, ContentPart? part, string what)
    {
        var path = new StringBuilder(48);
        if (turn.Index < 0)
        {
            path.Append(origin switch
            {
                Dialect.OpenAIResponses => "instructions",
                Dialect.GeminiContent => "systemInstruction",
                _ => "system",
            });
        }
        else
        {
            path.Append(origin switch
            {
                Dialect.OpenAIResponses => "input",
                Dialect.GeminiContent => "contents",
                _ => "messages",
            });
            path.Append(CultureInfo.InvariantCulture, $"[{turn.Index}]");
        }

        if (part is { Index: >= 0 })
        {
            var list = origin == Dialect.GeminiContent ? ".parts" : turn.Index < 0 && origin != Dialect.OpenAIResponses ? "" : ".content";
            path.Append(CultureInfo.InvariantCulture, $"{list}[{part.Index}]");
        }

        if (what.Length > 0) path.Append('.').Append(what);
        return path.ToString();
    }
}
