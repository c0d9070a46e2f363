using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Every client dialect into every provider dialect: whole bodies with what was lost. A pair without a golden fails.</summary>
public sealed class RequestMatrixTests
{
    // A model of each vendor that thinks, so that the reasoning cases mean something.
    private static readonly (Dialect Dialect, string Model)[] Targets =
    [
        (Dialect.OpenAIChat, "gpt-4o"), (Dialect.OpenAIResponses, "gpt-5"), (Dialect.AnthropicMessages, "claude-sonnet-4-5"),
        (Dialect.BedrockConverse, "anthropic.claude-sonnet-4-5-20250929-v1:0"), (Dialect.GeminiContent, "gemini-2.5-flash"),
    ];

    public static TheoryData<string, Dialect, string, Dialect> Pairs()
    {
        var pairs = new TheoryData<string, Dialect, string, Dialect>();
        foreach (var (folder, surface) in RequestCases.Surfaces)
        {
            foreach (var name in RequestCases.Names)
            {
                foreach (var (target, _) in Targets) pairs.Add(folder, surface, name, target);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Request_Case_IsTheGolden(string folder, Dialect surface, string name, Dialect target)
    {
        var conversation = MatrixRequests.Read(folder, surface, name);
        using var output = new PooledBuffer();
        var losses = new LossReport();
        var model = Targets.Single(t => t.Dialect == target).Model;
        var writing = new RequestWriting(
            conversation, new TranslationTarget(target, JsonString.From(model), ModelTraitsTable.Of(model)) { IsOpenAI = true }, new JsonOutput(output), losses);
        string result;
        try
        {
            DialectCodecs.Of(target).WriteRequest(writing);
            result = MatrixFiles.Pretty(output.Span);
        }
        catch (DialectException exception)
        {
            result = $"refused: {exception.Path}: {exception.Message}";
        }

        var text = new StringBuilder(result).Append('\n');
        if (writing.OutputTool.IsPresent) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"output tool: {writing.OutputTool}\n");
        foreach (var loss in losses.Losses) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"lost: {loss.Path} ({loss.Reason})\n");
        MatrixFiles.AssertGolden($"Requests/{name}/{folder}-to-{target}.txt", text.ToString());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Request_ToItsOwnDialect_LosesNothing(string folder, Dialect surface, string name, Dialect target)
    {
        if (surface != target) return;
        // These hold what belongs to another vendor: signatures of other families, and a cache marker, which OpenAI has no word for.
        if (name == "reasoning" || (folder, name) == ("chat", "metadata")) return;
        var conversation = MatrixRequests.Read(folder, surface, name);
        using var output = new PooledBuffer();
        var losses = new LossReport();
        var writing = new RequestWriting(
            conversation, new TranslationTarget(target, conversation.Model, ModelTraits.Unknown) { IsOpenAI = true }, new JsonOutput(output), losses);
        DialectCodecs.Of(target).WriteRequest(writing);
        Assert.Empty(losses.Losses);
    }
}
