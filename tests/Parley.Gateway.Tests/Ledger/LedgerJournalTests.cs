using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;

namespace Parley.Gateway.Tests.Ledger;

public sealed class LedgerJournalTests
{
    [Fact]
    public async Task Replay_RecordsOfEveryShape_AreEqualToWhatWasAppended()
    {
        await using var fixture = new LedgerFixture();
        List<UsageRecord> records =
        [
            fixture.Record(),
            fixture.Record() with
            {
                Attempt = 3, IsFinal = false, IsStream = false, ModelAnswered = null, FinishReason = null, UpstreamRequestId = null,
                FirstTokenMilliseconds = null, Error = GatewayErrorKind.StreamBroken, IsTruncated = true, UpstreamStatus = 0, Status = 502,
            },
            fixture.Record() with { IsAborted = true, IsEstimated = true, KeyName = "ключ 🔑", Usage = new(long.MaxValue, 0, 1, 2, 3), FinishReason = "" },
        ];
        using (var journal = fixture.OpenJournal())
        {
            foreach (var record in records) Assert.True(await journal.AppendAsync(record, default));
        }

        Assert.Equal(records, fixture.Replay(fixture.Options.Directory, out _));
    }

    [Fact]
    public async Task Replay_LastRecordTornAtEveryByte_KeepsTheOnesBefore()
    {
        await using var fixture = new LedgerFixture();
        UsageRecord[] records = [fixture.Record(1), fixture.Record(2), fixture.Record(3)];
        using (var journal = fixture.OpenJournal())
        {
            foreach (var record in records) Assert.True(await journal.AppendAsync(record, default));
        }

        var whole = await File.ReadAllBytesAsync(fixture.SegmentFiles.Single());
        var last = new byte[JournalRecord.Bound(records[2])];
        var start = whole.Length - JournalRecord.Write(records[2], last);
        for (var length = start; length <= whole.Length; length++)
        {
            foreach (var tail in (byte[][])[[], new byte[whole.Length - length]])
            {
                await File.WriteAllBytesAsync(fixture.SegmentFiles.Single(), [.. whole[..length], .. tail]);
                var replayed = fixture.Replay(fixture.Options.Directory, out var damaged);
                // A tail of zeros that the record itself ends in makes it whole again.
                var isWhole = length == whole.Length || (tail.Length > 0 && !whole.AsSpan(length).ContainsAnyExcept((byte)0));
                Assert.Equal(isWhole ? records : records[..2], replayed);
                Assert.Equal(0, damaged);
            }
        }
    }

    [Fact]
    public async Task Replay_DamageBeforeTheEnd_IsLoudKeptAndFollowedByTheNextSegment()
    {
        await using var fixture = new LedgerFixture();
        List<UsageRecord> records = [];
        fixture.Options = fixture.Options with { SegmentBytes = 4096 };
        using (var journal = fixture.OpenJournal())
        {
            for (var i = 0; i < 60; i++)
            {
                records.Add(fixture.Record(i));
                Assert.True(await journal.AppendAsync(records[i], default));
                fixture.Time.Advance(TimeSpan.FromMilliseconds(2));
            }
        }

        var files = fixture.SegmentFiles.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(3, files.Length);
        var bytes = await File.ReadAllBytesAsync(files[1]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(files[1], bytes);

        var replayed = fixture.Replay(fixture.Options.Directory, out var damaged);

        Assert.Equal(1, damaged);
        Assert.Contains("damaged at byte", Assert.Single(fixture.Log.At(LogLevel.Error)), StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(files[1] + ".damaged"));
        Assert.False(File.Exists(files[1]));
        Assert.Subset(records.ToHashSet(), replayed.ToHashSet());
        Assert.InRange(replayed.Count, 45, 55);
        Assert.Equal(records[^1], replayed[^1]);
    }

    [Fact]
    public async Task Replay_FileOfAnotherVersion_IsLoud()
    {
        await using var fixture = new LedgerFixture();
        Directory.CreateDirectory(fixture.Options.Directory);
        await File.WriteAllBytesAsync(Path.Combine(fixture.Options.Directory, "journal-01.log"), "PRLYJNL\u0002something"u8.ToArray());

        Assert.Empty(fixture.Replay(fixture.Options.Directory, out var damaged));
        Assert.Equal(1, damaged);
    }

    [Fact]
    public async Task Append_DirectoryCopiedAtRandomMoments_HoldsEveryRecordThatHadCompleted()
    {
        const int Appenders = 16;
        const int Each = 2000;
        await using var fixture = new LedgerFixture();
        fixture.Options = fixture.Options with { SegmentBytes = 256 << 10, Write = SlowWrite };
        using var journal = fixture.OpenJournal();
        var completed = new ConcurrentQueue<Ulid>();
        var appends = Task.WhenAll(Enumerable.Range(0, Appenders).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var record = fixture.Record();
                Assert.True(await journal.AppendAsync(record, default));
                completed.Enqueue(record.RequestId);
            }
        })));

        var copies = 0;
        do
        {
            // What had completed when the copy began: whatever comes later, a kill at this moment leaves at least this.
            var isLast = appends.IsCompleted;
            var expected = completed.ToArray();
            var copy = Directory.CreateDirectory(Path.Combine(fixture.Root, $"copy{copies++}")).FullName;
            foreach (var file in fixture.SegmentFiles) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            var found = fixture.Replay(copy, out var damaged).Select(static r => r.RequestId).ToHashSet();
            Assert.Equal(0, damaged);
            Assert.Subset(found, expected.ToHashSet());
            if (isLast) break;
        }
        while (true);

        await appends;
        Assert.Equal(Appenders * Each, completed.Count);
        Assert.True(fixture.SegmentFiles.Length > 5);
        Assert.True(copies > 2, $"Only {copies} copies were made while records were appended.");

        // A disk slow enough that copies are made in the midst of it.
        static void SlowWrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            RandomAccess.Write(file, bytes, offset);
            for (var i = 0; i < 20; i++) Thread.Yield();
        }
    }
}
