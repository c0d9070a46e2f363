using System.Text;

namespace Parley.Load;

/// <summary>Text as prompts are: sentences, quotations and line breaks, written as the inside of a JSON string.</summary>
internal static class Prose
{
    private static readonly string[] Sentences =
    [
        "The harbour office opens at seven, and the first thing anyone asks is \\\"has the mail come?\\\" before the kettle is on. ",
        "Keep the summary under two hundred words; name the people, the dates and the amounts.\\n",
        "She wrote \\\"not before Thursday\\\" in the margin, underlined it twice, and sent the letter all the same. ",
        "- invoice 4471: paid in part\\n- invoice 4472: disputed, see the note of 3 March\\n\\n",
        "Where the two accounts differ, quote both (\\\"he said\\\", \\\"the log shows\\\") and do not choose between them. ",
        "The path is C:\\\\data\\\\reports, and the caf\u00e9 across the road has the only working printer. ",
    ];

    /// <summary>Escaped text of exactly <paramref name="bytes"/> UTF-8 bytes, the same on every call.</summary>
    public static string Escaped(int bytes)
    {
        var text = new StringBuilder(bytes);
        var used = 0;
        for (var i = 0; ; i++)
        {
            var sentence = Sentences[i % Sentences.Length];
            var length = Encoding.UTF8.GetByteCount(sentence);
            if (used + length > bytes)
                return text.Append('.', bytes - used).ToString();
            text.Append(sentence);
            used += length;
        }
    }
}
