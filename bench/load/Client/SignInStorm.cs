using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Load.Proxies;

namespace Parley.Load.Client;

/// <summary>
/// Users who sign in, all at the same time: each connection validates a password, and again as soon as it is answered. A password takes a tenth of
/// a second of one core to check, so most are told to come back later (429), and do, a little too early.
/// </summary>
internal sealed class SignInStorm(TimeProvider time)
{
    public const int Parallel = 200;

    // So many that no user has more sign-ins under way than the gateway lets one have.
    private const int Users = 25;
    private const string Password = "c3Rvcm15IHdlYXRoZXI=";
    private static readonly TimeSpan PauseWhenRefused = TimeSpan.FromMilliseconds(100);

    private long _signedIn;
    private long _refused;
    private readonly ErrorCount _errors = new();

    /// <summary>Sign-ins that were answered 200, and those that were told to wait.</summary>
    public (long SignedIn, long Refused) Counts => (Interlocked.Read(ref _signedIn), Interlocked.Read(ref _refused));

    /// <summary>Any other answer is an error.</summary>
    public (long Count, string? First) Errors => (_errors.Count, _errors.First);

    /// <summary>Creates the users; those of an earlier call are there already.</summary>
    public async Task CreateUsersAsync(Proxy proxy, CancellationToken stop)
    {
        using var connection = new ClientConnection();
        await connection.ConnectAsync(proxy.Port, stop);
        for (var user = 0; user < Users; user++)
        {
            var status = await AskAsync(connection, Request(proxy, "/api/users", user), stop);
            if (status is not (201 or 409))
                _errors.Add($"a user could not be made: status {status}");
        }
    }

    /// <summary>Signs in until it is told to stop.</summary>
    public Task RunAsync(Proxy proxy, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Parallel).Select(worker => WorkAsync(proxy, worker % Users, stop)));

    private async Task WorkAsync(Proxy proxy, int user, CancellationToken stop)
    {
        try
        {
            using var connection = new ClientConnection();
            await connection.ConnectAsync(proxy.Port, stop);
            var request = Request(proxy, "/api/users/validate", user);
            while (!stop.IsCancellationRequested)
            {
                switch (await AskAsync(connection, request, stop))
                {
                    case 200:
                        Interlocked.Increment(ref _signedIn);
                        break;
                    case 429:
                        Interlocked.Increment(ref _refused);
                        await Task.Delay(PauseWhenRefused, time, stop);
                        break;
                    case var status:
                        _errors.Add($"a sign-in was answered with status {status}");
                        return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            _errors.Add(e.Message);
        }
    }

    private static async ValueTask<int> AskAsync(ClientConnection connection, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        await connection.SendAsync(request, stop);
        while (!connection.Answer.Complete)
            await connection.ReceiveAsync(stop);
        return connection.Answer.Status;
    }

    private static byte[] Request(Proxy proxy, string path, int user)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["username"] = $"storm {user}", ["password"] = Password });
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.Port}\r\nAuthorization: Bearer {proxy.Key}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}
