using System.Text;
using System.Text.Json;
using Parley.Load.Client;
using Parley.Load.Http;
using Parley.Load.Measures;
using Parley.Load.Report;
using Parley.Load.Upstream;

namespace Parley.Load;

/// <summary>Checks, before every run, the parts that would otherwise falsify its figures in silence. Takes a few milliseconds.</summary>
internal static class SelfTest
{
    private static readonly string[] BrokenChunks = ["x\r\n", "5\r\nhelloX", "\r\n", "123456789\r\n"];

    /// <returns>What is wrong; empty when all is well.</returns>
    public static List<string> Run()
    {
        var faults = new List<string>();
        Expect(faults, "chunked answers are read the same at every split", ChunkedAnswerAtEverySplit());
        Expect(faults, "a sized answer is read the same at every split", SizedAnswerAtEverySplit());
        Expect(faults, "broken chunk framing is refused", BrokenChunksAreRefused());
        Expect(faults, "requests have their size and are JSON", RequestsAreJson());
        Expect(faults, "answers are JSON", AnswersAreJson());
        Expect(faults, "percentiles agree with sorted values", PercentilesAgree());
        Expect(faults, "a stamp reads back as it was written", StampReadsBack());
        Expect(faults, "CPU time is found behind a process name with blanks and parentheses",
            ProcFile.Cpu("7 (a) b (c) S 5 7 7 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5 0 0") == TimeSpan.FromMilliseconds(1100)
            && ProcFile.ParentOf("7 (a) b (c) S 5 7 7 0 -1") == 5);
        Expect(faults, "memory is found in a status file",
            ProcFile.Size("Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t  99 kB\n", "VmHWM") == 1234 * 1024);
        Expect(faults, "busy time leaves out idle and waiting",
            MachineMeter.Busy("cpu  1 2 4 1000 2000 8 16 32 0 0") == TimeSpan.FromMilliseconds(630));
        Expect(faults, "medians of odd and even counts", Figures.Median([3, 1, 2]) is 2.0 && Figures.Median([4, 1, 2, 3]) is 2.5);
        Expect(faults, "text around the tables survives a rewrite",
            BenchmarkDocument.Replace(BenchmarkDocument.Replace("before\n", "one"), "two") is var page
            && page.StartsWith("before", StringComparison.Ordinal) && page.Contains("two") && !page.Contains("one"));
        return faults;
    }

    private static void Expect(List<string> faults, string what, bool holds)
    {
        if (!holds)
            faults.Add(what);
    }

    private static bool ChunkedAnswerAtEverySplit() => SameAtEverySplit(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\nhello\r\n11;x=y\r\n, wide world and \r\nA\r\nmany more.\r\n0\r\nTrailer: t\r\n\r\n",
        "hello, wide world and many more.");

    private static bool SizedAnswerAtEverySplit() => SameAtEverySplit("HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nX: y\r\n\r\nhello", "hello");

    private static bool SameAtEverySplit(string message, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(message);
        for (var first = 0; first <= bytes.Length; first++)
            for (var second = first; second <= bytes.Length; second++)
            {
                var reader = new HttpMessageReader(bodyCapacity: 4);
                reader.Feed(bytes.AsSpan(0, first));
                reader.Feed(bytes.AsSpan(first, second - first));
                if (reader.Complete && second < bytes.Length)
                    return false;
                reader.Feed(bytes.AsSpan(second));
                if (!reader.Complete || reader.Status != 200 || Encoding.ASCII.GetString(reader.Body) != body)
                    return false;
            }
        return true;
    }

    private static bool BrokenChunksAreRefused() => BrokenChunks.All(text =>
    {
        try
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            new ChunkedDecoder().Decode(bytes, new byte[bytes.Length], out _);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    });

    private static bool RequestsAreJson() =>
        new[] { Traffic.Chat, Traffic.ChatToMessages, Traffic.ResponsesToMessages, Traffic.MessagesToChat }.All(RequestsAreJson);

    private static bool RequestsAreJson(Traffic traffic) => Enumerable.Range(1, 100).All(kilobytes =>
    {
        ReadOnlySpan<byte> request = traffic.Plain(kilobytes * 1024, 1, "key");
        var body = request[(request.IndexOf("\r\n\r\n"u8) + 4)..];
        using var json = JsonDocument.Parse(body.ToArray());
        return body.Length == kilobytes * 1024 && json.RootElement.EnumerateObject().First().Name == "model";
    });

    private static bool AnswersAreJson()
    {
        using var plain = JsonDocument.Parse(ChatAnswers.PlainBody);
        var stream = Encoding.UTF8.GetString([.. ChatAnswers.Event, .. ChatAnswers.EndForClient]).Split("\n\n");
        using var content = JsonDocument.Parse(stream[0]["data: ".Length..]);
        using var finish = JsonDocument.Parse(stream[1]["data: ".Length..]);
        var usage = Encoding.UTF8.GetString(ChatAnswers.EndFramesWithUsage).Split('\n').Single(line => line.Contains("usage"));
        using var used = JsonDocument.Parse(usage["data: ".Length..]);
        return plain.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32() == 262
            && used.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32() == 262
            && stream is [_, _, "data: [DONE]", ""]
            && ChatAnswers.PlainBody.Length is > 900 and < 1200;
    }

    private static bool PercentilesAgree()
    {
        var histogram = new Histogram();
        for (var micros = 1; micros <= 100_000; micros++)
            histogram.Add(TimeSpan.FromMicroseconds(micros));
        var (p50, p99) = (histogram.Summary().P50, histogram.Summary().P99);
        return Math.Abs(p50 - 50) < 0.8 && Math.Abs(p99 - 99) < 1.6;
    }

    private static bool StampReadsBack()
    {
        Span<byte> digits = stackalloc byte[16];
        var before = System.Diagnostics.Stopwatch.GetTimestamp();
        ChatAnswers.Stamp(digits);
        return ChatAnswers.TryReadStamp(digits, out var stamp) && stamp >= before && stamp <= System.Diagnostics.Stopwatch.GetTimestamp();
    }
}
