using Parley.Dialects.Conversations;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes <c>instructions</c> and <c>input</c>: each turn as one item or several, in the order of its parts.</summary>
internal static class ResponsesInputWriter
{
    internal static void Write(RequestWriting writing)
    {
        var (conversation, json) = (writing.Conversation, writing.Json);
        var isOwn = conversation.Origin == Dialect.OpenAIResponses;
        var hasInput = isOwn || conversation.Turns.Exists(turn => turn.Role is not (TurnRole.System or TurnRole.Developer));
        if (hasInput) Instructions(writing);
        if (isOwn && conversation.Vendor.Exists(field =>
            field.Name.Is("input"u8)) && conversation.Turns is [.., { Parts: [TextPart bare] }])
        {
            json.Member("input"u8, bare.Text);
            return;
        }

        var items = conversation.Turns.FindAll(turn => turn.Index >= 0 || !hasInput);
        if (isOwn && items.Count == 0 && conversation.Untranslatable.Count > 0) return; // the input is stored at OpenAI
        json.BeginArray("input"u8);
        // System text alone is no input: the model is asked as if the user had said it.
        foreach (var turn in items) ResponsesTurnWriter.Write(writing, turn, hasInput ? turn.Role : TurnRole.User, isOwn);
        json.EndArray();
    }

    private static void Instructions(RequestWriting writing)
    {
        var json = writing.Json;
        var isOpen = false;
        foreach (var turn in writing.Conversation.Turns)
        {
            if (turn.Index >= 0) continue;
            foreach (var part in turn.Parts)
            {
                if (part is not TextPart text)
                {
                    writing.Lose(turn, part, "", "instructions are text");
                    continue;
                }

                ResponsesTurnWriter.ReportMarks(writing, turn, part);
                if (isOpen) json.Piece(@"\n\n"u8);
                else json.Name("instructions"u8).BeginString();
                isOpen = true;
                json.Piece(text.Text.Span);
            }
        }

        if (isOpen) json.EndString();
    }
}
