using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Streaming;
using Parley.Dialects.Tests.Matrix;
using Xunit.Abstractions;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.Fidelity;

/// <summary>
/// Every recording of real traffic: read, written again in its own dialect and compared, and written in every other dialect. The
/// counts are kept in docs/fidelity.md; <c>PARLEY_UPDATE_GOLDENS=1</c> writes them anew.
/// </summary>
public sealed class FidelityTests(ITestOutputHelper output)
{
    private const int Expected = 221;

    private static readonly Dialect[] Dialects =
        [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.AnthropicMessages, Dialect.GeminiContent, Dialect.BedrockConverse];

    private readonly SortedDictionary<string, int> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _differences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _losses = new(StringComparer.Ordinal);

    [Fact]
    public void Recordings_AllDialects_CountsAreThoseOfTheDocument()
    {
        var seen = 0;
        foreach (var file in RecordedFile.All())
        {
            seen++;
            Count(_files, $"{file.Dialect}, {Word(file.Kind)}");
            try
            {
                Replay(file);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{file.Name}: {exception.Message}", exception);
            }
        }

        output.WriteLine($"{seen} recordings seen, {Math.Max(0, Expected - seen)} not seen");
        if (seen == 0) return;
        var document = Document(seen);
        output.WriteLine(document);
        var path = Path.Combine(Repository(), "docs", "fidelity.md");
        if (Environment.GetEnvironmentVariable("PARLEY_UPDATE_GOLDENS") == "1") File.WriteAllText(path, document);
        Assert.Equal(File.ReadAllText(path), document);
    }

    private void Replay(RecordedFile file)
    {
        if (file.Kind is RecordedKind.Request or RecordedKind.BadRequest)
        {
            ReplayRequest(file);
            return;
        }

        foreach (var surface in Dialects)
        {
            var context = MatrixReplies.Context(surface, file.Kind == RecordedKind.Stream);
            using var written = new PooledBuffer();
            if (file.Kind == RecordedKind.Stream)
            {
                using var tap = new TranslatingStreamTap(
                    DialectCodecs.Of(file.Dialect).CreateReader(), DialectCodecs.Of(surface).CreateWriter(context, written), written, default, context);
                MatrixReplies.Feed(file.Dialect, file.Events, tap, _ => { });
            }
            else
            {
                using var folded = new FoldedReply();
                var observed = new ReplyObservation();
                DialectCodecs.Of(file.Dialect).ReadReply(JsonValue.Of(Encoding.UTF8.GetBytes(file.Events[0])), new ReplyObserver(observed, folded));
                // An answer that failed is passed on as an error.
                if (observed.HasError) return;
                Assert.True(folded.IsCompleted);
                DialectCodecs.Of(surface).WriteReply(folded, context, new JsonOutput(written));
                if (surface == file.Dialect) Compare(file, written);
            }

            if (surface == file.Dialect) continue;
            foreach (var loss in context.Losses.Losses) Count(_losses, $"{file.Dialect} → {surface}: {loss.Label}");
        }
    }

    private void ReplayRequest(RecordedFile file)
    {
        Conversation conversation;
        try
        {
            conversation = DialectCodecs.Of(file.Dialect).ReadRequest(JsonValue.Of(Encoding.UTF8.GetBytes(file.Events[0])), default);
        }
        catch (DialectException) when (file.Kind == RecordedKind.BadRequest)
        {
            return; // the provider refused it as well
        }

        foreach (var target in Dialects)
        {
            using var written = new PooledBuffer();
            var losses = new LossReport();
            try
            {
                DialectCodecs.Of(target).WriteRequest(new RequestWriting(
                    conversation, new TranslationTarget(target, conversation.Model, ModelTraits.Unknown) { IsOpenAI = true }, new JsonOutput(written), losses));
            }
            catch (DialectException exception) when (target != file.Dialect)
            {
                Count(_losses, $"{file.Dialect} → {target}: refused at {exception.Path}");
                continue;
            }

            if (target == file.Dialect) Compare(file, written);
            else foreach (var loss in losses.Losses) Count(_losses, $"{file.Dialect} → {target}: {loss.Label}");
        }
    }

    private void Compare(RecordedFile file, PooledBuffer written)
    {
        var (before, after) = (JsonNode.Parse(file.Events[0]), JsonNode.Parse(written.Span));
        foreach (var difference in JsonDifferences.Of(before, after).Distinct())
        {
            // Ours by design: a translated answer has an id and a time of its own and names the model that was asked.
            if (difference is "id" or "model" or "created" or "created_at" or "modelVersion" or "responseId") continue;
            Count(_differences, $"{file.Dialect}, {Word(file.Kind)}: {difference}");
        }
    }

    private string Document(int seen)
    {
        var text = new StringBuilder();
        text.Append("# Fidelity\n\nRecordings of real traffic (the vendors' answers as SDK authors and gateway authors recorded them), each read into the model of a\n");
        text.Append("conversation, written again in its own dialect and compared with itself, and written in each of the other four dialects.\n");
        text.Append("Where caller and provider speak one dialect none of this happens: the bytes are passed on.\n\n");
        text.Append("`dotnet test tests/Parley.Dialects.Tests --filter FidelityTests` prints these tables and fails when they change;\n`PARLEY_UPDATE_GOLDENS=1` writes them.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{seen} recordings, none of which raised an exception in any of the five dialects.\n");
        Table(text, "Files", "dialect, kind", _files);
        Table(text, "Differences after reading and writing in the same dialect", "dialect, kind: path", _differences);
        text.Append(Explanation);
        Table(text, "Losses on the way to another dialect", "from → to: field", _losses);
        return text.ToString();
    }

    private const string Explanation = """

        Not counted: `id`, `created`, `model`, which are Parley's own in a translated answer. What the rows above are:

        * `(new)` members are written because the dialect's schema requires them where an older or foreign server left them out
          (`frequency_penalty`, `annotations: []`, …); `stream_options` because usage is always asked for.
        * `type` in Converse's blocks stands in the recordings only; the wire has none.
        * An empty `content_filter_results`, an empty list of `content` of a reasoning item, and counters of zero are not repeated;
          `content: ""` beside a refusal or tool calls is written as `null`.
        * `status` of an item in a finished response is `completed`, as the response itself says.

        """;

    private static void Table(StringBuilder text, string heading, string what, SortedDictionary<string, int> counts)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n");
        if (counts.Count == 0) text.Append("None.\n");
        else text.Append(CultureInfo.InvariantCulture, $"| {what} | files |\n|---|--:|\n");
        foreach (var (name, count) in counts) text.Append(CultureInfo.InvariantCulture, $"| {name} | {count} |\n");
    }

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static string Word(RecordedKind kind) => kind switch
    {
        RecordedKind.Request => "request",
        RecordedKind.BadRequest => "refused request",
        RecordedKind.Reply => "answer",
        _ => "stream",
    };

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
