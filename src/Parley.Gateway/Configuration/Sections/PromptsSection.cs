using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary><c>prompts</c>: names with a text, or with a text, what it is for and its arguments.</summary>
internal static class PromptsSection
{
    /// <summary>The name of the prompt that <c>OPENAI_PROMPT</c> gives, where the file has none of that name.</summary>
    public const string DefaultName = "default";

    // What the MCP specification demands of tools; clients make a command of a prompt's name, so it holds for prompts too.
    private const int MaxName = 128;

    /// <summary>The prompts of the file and the one of the variables, ordered by name.</summary>
    public static IReadOnlyList<PromptConfig> Read(SectionReader? config, IReadOnlyDictionary<string, string> variables)
    {
        var prompts = new SortedDictionary<string, PromptConfig>(StringComparer.Ordinal);
        if (config?.Get("prompts") is { } node)
        {
            if (node.Kind != ConfigurationNodeKind.Object)
                config.Error("prompts", "must be an object of names: { \"reviewer\": \"You review code.\" }.");
            foreach (var member in node.Members)
            {
                if (ReadOne(config.Context, member) is { } prompt && !prompts.TryAdd(prompt.Name, prompt))
                    config.Context.Error(member.Value, $"\"{member.Name}\" is written twice. Keep one of them.");
            }
        }

        if (VariableNames.Value(variables, VariableNames.OpenAIPrompt) is { } text)
            prompts.TryAdd(DefaultName, new PromptConfig { Name = DefaultName, Description = "The system prompt of /chat and /completion.", Text = text });
        return [.. prompts.Values];
    }

    private static PromptConfig? ReadOne(ReadingContext context, ConfigurationMember member)
    {
        if (member.Name.Length is 0 or > MaxName || !member.Name.All(IsNameCharacter))
        {
            context.Error(member.Value, "is not a prompt's name. Use 1 to 128 letters, digits, - _ and dots.");
            return null;
        }

        if (member.Value.Kind == ConfigurationNodeKind.String)
        {
            if (member.Value.Text.Length > 0) return new PromptConfig { Name = member.Name, Text = member.Value.Text };
            if (!member.Value.IsIncomplete) context.Error(member.Value, "must not be empty. Give the prompt's text, or remove the entry.");
            return null;
        }

        var section = new SectionReader(context, member.Value, ConfigurationKeys.Prompt);
        var text = section.Required("text", "It is what the client gets.");
        var description = section.String("description");
        List<PromptArgumentConfig> arguments = [];
        foreach (var item in section.Items("arguments") ?? [])
        {
            if (ReadArgument(context, item, text, arguments) is { } argument) arguments.Add(argument);
        }

        return text is null ? null : new PromptConfig { Name = member.Name, Description = description, Text = text, Arguments = arguments };
    }

    private static PromptArgumentConfig? ReadArgument(ReadingContext context, ConfigurationNode node, string? text, List<PromptArgumentConfig> others)
    {
        var section = new SectionReader(context, node, ConfigurationKeys.PromptArgument);
        var description = section.String("description");
        var required = section.Bool("required") ?? false;
        if (section.Required("name", "The text holds it in double braces.") is not { } name) return null;
        if (name.Length > MaxName || !name.All(IsNameCharacter))
            section.Error("name", "is not an argument's name. Use 1 to 128 letters, digits, - _ and dots.");
        else if (others.Exists(other => other.Name == name))
            section.Error("name", $"\"{section.Shown("name")}\" is written twice. Keep one of them.");
        else if (text is not null && !text.Contains("{{" + name + "}}", StringComparison.Ordinal))
            section.Error("name", $"the text does not use it. Write {{{{{section.Shown("name")}}}}} where it belongs, or remove it.");
        return new PromptArgumentConfig(name, description, required);
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
