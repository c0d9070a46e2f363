using System.Text.RegularExpressions;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Configuration;

/// <summary><c>env.sample</c> and what the program reads name the same variables, so that neither can miss one.</summary>
[Trait("Contract", "4.variables")]
[Trait("Contract", "1.variables")]
public sealed partial class EnvSampleTests
{
    // Contracts §§1, 2, 4 and 7.
    private static readonly string[] Contracts =
    [
        "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_VERSION", "ANTHROPIC_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION",
        "AZURE_STORAGE_CONNECTION_STRING", "AZURE_OPENAI_BASE", "AZURE_OPENAI_DEPLOYMENT", "OPENAI_ENDPOINT", "OPENAI_API_VERSION", "OPENAI_MODEL_DEPLOYMENT_NAME", "OPENAI_PROMPT",
        "AZURE_AI_PROJECT_ENDPOINT", "AZURE_AI_AGENT_ID", "PARLEY_CONFIG", "PARLEY_MODELS", "PARLEY_DATA", "PARLEY_DATABASE", "ASPNETCORE_URLS", "PARLEY_ADMIN_KEY",
        "FUNCTIONS_CUSTOMHANDLER_PORT", "GEMINI_API_KEY",
    ];

    private static string Sample { get; } = Repository.Read("env.sample");

    private static string[] Names { get; } = [.. Line().Matches(Sample).Select(static match => match.Groups[1].Value)];

    [Fact]
    public void Contracts_EveryVariable_IsThere() => Assert.Empty(Contracts.Except(Names));

    [Fact]
    public void Source_EveryVariableThatIsRead_IsThereAndNoOther()
    {
        var read = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Literal().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value)).ToHashSet();
        Assert.Empty(read.Except(Names));
        Assert.Empty(Names.Except(read).Except(Contracts));
    }

    [Fact]
    public void Lines_AreCommentsWithSafeValues_EachNameOnce()
    {
        Assert.Equal(Names.Length, Names.Distinct().Count());
        Assert.All(Sample.Split('\n'), static line => Assert.True(line.Length == 0 || line[0] == '#', line));
        Assert.DoesNotMatch("sk-|pk-|AKIA|AccountKey", Sample);
        Assert.All(Line().Matches(Sample), static match => Assert.NotEqual("", match.Groups[2].Value));
    }

    [GeneratedRegex("(?m)^#([A-Z][A-Z0-9_]+)=(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex("\"((?:PARLEY|OPENAI|AZURE|AWS|ANTHROPIC|GEMINI|FUNCTIONS|ASPNETCORE)_[A-Z0-9_]+|[A-Z0-9]+_API_KEY)\"")]
    private static partial Regex Literal();
}
