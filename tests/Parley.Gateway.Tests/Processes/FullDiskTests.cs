using System.Diagnostics;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;
using Xunit.Abstractions;

namespace Parley.Gateway.Tests.Processes;

/// <summary>A full disk: requests are refused in words, nothing hangs, and all is well again when there is room.</summary>
[Trait("Category", "Long")]
public sealed class FullDiskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Disk_Full_RequestsAreRefusedUntilThereIsRoom()
    {
        await using var upstream = await SimulatorHost.StartOnLoopbackAsync(new SimulatorOptions(), GatewayCalls.Limit());
        var directory = Directory.CreateTempSubdirectory("parley-disk-").FullName;
        var disk = Directory.CreateDirectory(Path.Combine(directory, "disk")).FullName;
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk))
        {
            output.WriteLine("Not seen: a full disk. It takes a small file system of its own, which only root may mount.");
            Directory.Delete(directory, recursive: true);
            return;
        }

        try
        {
            using (var parley = await ParleyProcess.StartAsync(directory, Path.Combine(disk, "data"), upstream.BaseAddress))
            {
                Assert.Equal(200, (await AskAsync(parley.Client)).Status);
                Fill(Path.Combine(disk, "filler"));

                // The records that still fit in the last block are written; soon none does.
                var refused = await AskUntilAsync(parley.Client, 503);
                Assert.Equal(
                    """{"error":{"message":"Parley cannot write its usage records right now and therefore takes no requests. Try again in a moment.","type":"server_error","param":null,"code":"ledger_unavailable"}}""",
                    refused);
                Assert.Equal("""{"status":"not_ready","reason":"ledger_unavailable"}""", await (await parley.Client.GetAsync("/readyz")).Content.ReadAsStringAsync());

                File.Delete(Path.Combine(disk, "filler"));
                await AskUntilAsync(parley.Client, 200);
                Assert.Equal(200, (int)(await parley.Client.GetAsync("/readyz")).StatusCode);
                parley.Terminate();
                Assert.Equal(0, await parley.WaitAsync());
            }
        }
        finally
        {
            Assert.True(Run("umount", disk));
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(int Status, string Text)> AskAsync(HttpClient client)
    {
        using var answer = await client.PostAsync(GatewayCalls.Chat, GatewayCalls.Json(GatewayCalls.Body(GatewayCalls.Chat, stream: false)), GatewayCalls.Limit());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    private static async Task<string> AskUntilAsync(HttpClient client, int status)
    {
        var limit = GatewayCalls.Limit();
        while (true)
        {
            var (got, text) = await AskAsync(client);
            Assert.True(got is 200 or 503, text);
            if (got == status) return text;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
        }
    }

    private static void Fill(string file)
    {
        using var filler = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        try
        {
            for (var block = new byte[64 * 1024]; ;) filler.Write(block);
        }
        catch (IOException)
        {
            // No space left: that is what it is for.
        }

        try
        {
            for (var rest = new byte[1]; ;) filler.Write(rest);
        }
        catch (IOException)
        {
            // Not a byte more.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
