using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Ledger;

public sealed class LedgerFailureTests
{
    [Fact]
    public async Task Append_DiskFull_IsRefusedAtOnceParkedAndWrittenWhenTheDiskIsBack()
    {
        await using var fixture = new LedgerFixture();
        var disk = new FaultyDisk();
        fixture.Options = fixture.Options with { Write = disk.Write };
        await using var ledger = await fixture.StartAsync();
        Assert.True(await ledger.AppendAsync(fixture.Record(), default));

        disk.IsFull = true;
        for (var i = 0; i < 10; i++) Assert.False(await ledger.AppendAsync(fixture.Record(), default));

        Assert.False(ledger.IsAccepting);
        Assert.Equal((1, 10, 0), (ledger.Written, ledger.Failed, ledger.Lost));
        Assert.Single(fixture.Log.At(LogLevel.Error));
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(ledger.IsAccepting);
        disk.IsFull = false;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(ledger.IsAccepting);
        Assert.Equal(2, fixture.Log.At(LogLevel.Error).Count);
        Assert.True(await ledger.AppendAsync(fixture.Record(), default));
        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
        Assert.Equal((12, 12, 0, 0), (fixture.Rows(), ledger.Written, ledger.Lost, ledger.Pending));
    }

    [Fact]
    public async Task Append_DiskFullAndServing_KeepsTheNewestAndCountsTheLost()
    {
        await using var fixture = new LedgerFixture();
        var disk = new FaultyDisk { IsFull = true };
        fixture.OnFailure(LedgerFailure.Serve);
        fixture.Options = fixture.Options with { Write = disk.Write, ParkedRecords = 5 };
        await using var ledger = await fixture.StartAsync();
        for (var i = 0; i < 20; i++) Assert.False(await ledger.AppendAsync(fixture.Record(output: i), default));

        Assert.True(ledger.IsAccepting);
        Assert.Equal((15, 5), (ledger.Lost, ledger.Pending));
        disk.IsFull = false;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
        Assert.Equal((5, 15 + 16 + 17 + 18 + 19), (fixture.Rows(), fixture.Scalar<long>("SELECT SUM(output_tokens) FROM ledger_usage")));
    }

    [Fact]
    public async Task Append_JoinedABatchThatFails_CompletesFalseAndIsNotLost()
    {
        await using var fixture = new LedgerFixture();
        var disk = new FaultyDisk();
        fixture.Options = fixture.Options with { Write = disk.Write };
        await using var ledger = await fixture.StartAsync();
        using var gate = new ManualResetEventSlim();
        disk.Gate = gate;
        disk.IsFull = true;
        var first = Task.Run(() => ledger.AppendAsync(fixture.Record(), default).AsTask());
        LedgerFixture.Until(() => disk.IsAtGate);
        var joined = Enumerable.Range(0, 20).Select(_ => ledger.AppendAsync(fixture.Record(), default).AsTask()).ToList();
        gate.Set();

        Assert.False(await first);
        Assert.All(await Task.WhenAll(joined), Assert.False);
        disk.IsFull = false;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
        Assert.Equal((21, 0), (fixture.Rows(), ledger.Lost));
    }

    [Fact]
    public async Task Append_DirectoryDeleted_IsSeenAndMadeAgain()
    {
        await using var fixture = new LedgerFixture();
        await using var ledger = await fixture.StartAsync();
        Directory.Delete(fixture.Options.Directory, recursive: true);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(ledger.IsAccepting);
        Assert.Equal(2, fixture.Log.At(LogLevel.Error).Count);
        Assert.True(await ledger.AppendAsync(fixture.Record(), default));
        Assert.Single(fixture.SegmentFiles);
    }

    [Fact]
    public async Task Stop_DiskFull_EndsAndSaysWhatIsLost()
    {
        await using var fixture = new LedgerFixture();
        var disk = new FaultyDisk { IsFull = true };
        fixture.Options = fixture.Options with { Write = disk.Write };
        var ledger = await fixture.StartAsync();
        Assert.False(await ledger.AppendAsync(fixture.Record(), default));

        await ledger.StopAsync(LedgerFixture.Timeout);

        Assert.Equal(1, ledger.Lost);
        Assert.Contains(fixture.Log.At(LogLevel.Error), static line => line.StartsWith("1 usage records", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Append_JournalAtItsLimitWhileTheDatabaseIsAway_RefusesUntilItIsBack()
    {
        await using var fixture = new LedgerFixture();
        var away = fixture.Options.DatabasePath + ".away";
        fixture.Options = fixture.Options with { SegmentBytes = 4096, JournalBytes = 16384 };
        await using var ledger = await fixture.StartAsync();
        File.Move(fixture.Options.DatabasePath, away);
        var appended = 0;
        while (await ledger.AppendAsync(fixture.Record(), default)) appended++;

        Assert.False(ledger.IsAccepting);
        Assert.InRange(appended, 40, 120);
        _ = ledger.CatchUpAsync(TimeSpan.FromHours(1), default);
        LedgerFixture.Until(() => fixture.Log.At(LogLevel.Error).Count == 2);
        File.Move(away, fixture.Options.DatabasePath);
        LedgerFixture.Until(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return ledger.IsAccepting && ledger.Pending == 0;
        });
        Assert.Equal((appended + 1, 0), (fixture.Rows(), ledger.Lost));
    }

    [Fact]
    public async Task Append_RealFullDisk_RefusesAndRecovers()
    {
        await using var fixture = new LedgerFixture();
        var mount = Directory.CreateDirectory(Path.Combine(fixture.Root, "small")).FullName;
        if (!Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount))
        {
            Console.WriteLine("Not seen: a real full disk, because this account may not mount one.");
            return;
        }

        try
        {
            fixture.Options = fixture.Options with { Directory = Path.Combine(mount, "ledger") };
            var ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[32 << 10]);
            await using (var ledger = await fixture.StartAsync())
            {
                var appended = 0;
                while (await ledger.AppendAsync(fixture.Record(), default)) appended++;
                Assert.InRange(appended, 20, 300);
                Assert.False(ledger.IsAccepting);
                File.Delete(ballast);
                fixture.Time.Advance(TimeSpan.FromSeconds(1));
                Assert.True(ledger.IsAccepting);
                Assert.True(await ledger.AppendAsync(fixture.Record(), default));
                Assert.True(await LedgerFixture.CaughtUpAsync(ledger));
                Assert.Equal((appended + 2, 0), (fixture.Rows(), ledger.Lost));
            }
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
