using System.Security.Cryptography;
using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration;

/// <summary>
/// Says when the content of one of some files has changed. The file system is watched for speed and polled by content hash for
/// certainty: mounted config maps swap links, and some file systems raise no events. A change is reported once it has stayed
/// the same for a moment, so that a file which is being written is not read half.
/// </summary>
public sealed class ConfigurationWatcher : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    private readonly IReadOnlyList<string> _files;
    private readonly Action _changed;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly List<FileSystemWatcher> _watchers = [];
    private string _known;
    private string? _settling;
    private bool _isSoon;
    private bool _disposed;

    /// <summary>Starts watching.</summary>
    /// <param name="files">Full paths (<see cref="ConfigurationSources.Files"/>); they need not exist.</param>
    /// <param name="time">Drives the polling.</param>
    /// <param name="changed">Called on a pool thread, never twice at a time. It must not throw.</param>
    public ConfigurationWatcher(IReadOnlyList<string> files, TimeProvider time, Action changed)
        : this(files, time, changed, useEvents: true)
    {
    }

    internal ConfigurationWatcher(IReadOnlyList<string> files, TimeProvider time, Action changed, bool useEvents)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        _files = files;
        _changed = changed;
        _known = Fingerprint();
        _timer = time.CreateTimer(static state => ((ConfigurationWatcher)state!).Look(), this, PollInterval, Timeout.InfiniteTimeSpan);
        if (!useEvents)
            return;
        foreach (var directory in files.Select(Path.GetDirectoryName).OfType<string>().Distinct().Where(Directory.Exists))
            Watch(directory);
    }

    /// <summary>Stops; no call is made afterwards, except one that is already running.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer.Dispose();
        }

        foreach (var watcher in _watchers)
            watcher.Dispose();
    }

    private void Watch(string directory)
    {
        try
        {
            var watcher = new FileSystemWatcher(directory);
            _watchers.Add(watcher);
            watcher.Changed += (_, _) => LookSoon();
            watcher.Created += (_, _) => LookSoon();
            watcher.Deleted += (_, _) => LookSoon();
            watcher.Renamed += (_, _) => LookSoon();
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            // No events here (inotify's limit, a network share): polling sees the change a little later.
        }
    }

    private void LookSoon()
    {
        lock (_lock)
        {
            // Only the first event sets the timer: a directory that is never quiet must not put the look off for ever.
            if (_disposed || _isSoon)
                return;
            _isSoon = true;
            _timer.Change(Settle, Timeout.InfiniteTimeSpan);
        }
    }

    // The timer fires once and is set again at the end, so looks never overlap unless an event comes in between; the lock orders those.
    private void Look()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _isSoon = false;
            var now = Fingerprint();
            var isChange = now != _known;
            var hasSettled = isChange && now == _settling;
            _settling = isChange && !hasSettled ? now : null;
            if (hasSettled)
            {
                _known = now;
                _changed();
            }

            _timer.Change(_settling is null ? PollInterval : Settle, Timeout.InfiniteTimeSpan);
        }
    }

    private string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _files)
        {
            try
            {
                hash.AppendData(BoundedFile.Read(file) is { } bytes ? SHA256.HashData(bytes) : "-"u8);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("!"u8);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
