using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

/// <summary>Saved prompts: every form, and what is wrong with one.</summary>
public sealed class PromptsSectionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prompts_EveryForm_IsReadInOrderOfName()
    {
        _folder.Write("parley.json", """
            {
              "prompts": {
                "reviewer": "You review code.",
                "a.b-c_1": { "description": "Translates", "text": "Into {{language}}.", "arguments": [ { "name": "language", "description": "Which", "required": true } ] }
              }
            }
            """);
        var result = _folder.Load();
        Assert.Empty(result.Errors);
        var prompts = result.Config!.Prompts;
        Assert.Equal([("a.b-c_1", "Translates", "Into {{language}}."), ("reviewer", null, "You review code.")], prompts.Select(static prompt => (prompt.Name, prompt.Description, prompt.Text)));
        Assert.Equal([new PromptArgumentConfig("language", "Which", true)], prompts[0].Arguments);
    }

    [Theory]
    [InlineData("[]", "prompts", "must be an object of names")]
    [InlineData("""{ "my prompt": "x" }""", "prompts", "is not a prompt's name")]
    [InlineData("""{ "p": "" }""", "prompts.p", "must not be empty")]
    [InlineData("""{ "p": 3 }""", "prompts.p", "must be an object")]
    [InlineData("""{ "p": {} }""", "prompts.p", "is missing. It is what the client gets.")]
    [InlineData("""{ "p": { "text": "x", "role": "system" } }""", "prompts.p", "unknown key")]
    [InlineData("""{ "p": { "text": "x", "arguments": [ { "name": "a" } ] } }""", "prompts.p.arguments[0].name", "the text does not use it. Write {{a}}")]
    [InlineData("""{ "p": { "text": "{{a}}", "arguments": [ { "name": "a" }, { "name": "a" } ] } }""", "prompts.p.arguments[1].name", "is written twice")]
    [InlineData("""{ "p": { "text": "{{a b}}", "arguments": [ { "name": "a b" } ] } }""", "prompts.p.arguments[0].name", "is not an argument's name")]
    public void Prompts_ThatAreWrong_AreReportedWhereTheyStand(string prompts, string path, string message)
    {
        _folder.Write("parley.json", $$"""{ "prompts": {{prompts}} }""");
        var error = Assert.Single(_folder.Load().Errors);
        Assert.StartsWith(path, error.Path, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
