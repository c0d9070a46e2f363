using Parley.Gateway.Access;
using Parley.Gateway.Storage;

namespace Parley.Gateway.Tests.Access;

public sealed class PepperTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void LoadOrCreate_FirstStart_WritesAFileForItsOwnerOnlyAndKeepsIt()
    {
        var data = _directory.File("data");
        var pepper = Pepper.LoadOrCreate(data);

        Assert.Equal(32, pepper.Length);
        Assert.Equal(pepper, Pepper.LoadOrCreate(data));
        Assert.Equal(["pepper"], Directory.GetFiles(data).Select(Path.GetFileName));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "pepper")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
    }

    [Fact]
    public void LoadOrCreate_ManyStartsAtOnce_AgreeOnOnePepper()
    {
        var peppers = new byte[16][];
        Parallel.For(0, peppers.Length, i => peppers[i] = Pepper.LoadOrCreate(_directory.Path));
        Assert.All(peppers, pepper => Assert.Equal(peppers[0], pepper));
    }

    [Fact]
    public void LoadOrCreate_FileOfAnotherSize_SaysWhatToDo()
    {
        File.WriteAllBytes(_directory.File("pepper"), new byte[31]);
        var error = Assert.Throws<StorageException>(() => Pepper.LoadOrCreate(_directory.Path));
        Assert.Contains("is not 32 bytes long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LostPepper_KeysOfBefore_AreInvalidAndTheNextStartMakesAnAdminKey()
    {
        var clock = new ManualClock();
        string before;
        await using (var ring = await KeyRing.OpenAsync(_directory.Path, clock))
            before = (await new FirstStart(ring.Index, ring.Keys).RunAsync(default))!.Reveal();
        File.Delete(_directory.File("pepper"));

        await using var after = await KeyRing.OpenAsync(_directory.Path, clock);
        Assert.Equal(KeyRefusal.Unknown, after.Check(before));
        var made = await new FirstStart(after.Index, after.Keys).RunAsync(default);
        Assert.Equal(KeyRefusal.None, after.Check(made!.Reveal()));
        Assert.Equal(["admin", "admin-2"], after.Keys.List().Select(key => key.Name).Order());
    }
}
