using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Gateway.Egress;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Egress;

/// <summary>Images and documents by address, in front of targets that take only bytes: what is fetched, from where, and what never is.</summary>
public sealed class MediaFetcherTests : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n\x1a\n...."u8];

    private CannedUpstream _server = null!;
    private CannedNetwork _network = null!;

    public async Task InitializeAsync()
    {
        _server = await CannedUpstream.StartAsync();
        _server.Answer = CannedUpstream.Bytes(Png, "image/png");
        _network = new CannedNetwork(new Uri(_server.Address));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Inline_EveryPartThatMust_HoldsItsBytes()
    {
        await using var gateway = await StartAsync();
        List<string> asked = [];
        _server.Answer = async context =>
        {
            var isPdf = context.Request.Path == "/a.pdf";
            lock (asked) asked.Add($"{context.Request.Path} {context.Request.Headers.Accept} {string.Join(',', context.Request.Headers.Keys.Order())}");
            await CannedUpstream.Bytes(isPdf ? "%PDF-1.7"u8.ToArray() : Png, isPdf ? "application/pdf" : "image/png; charset=x")(context);
        };
        var (image, inside) = (Image("http://cdn.example/a.png?sig=x#y"), Image("http://cdn.example/b.png"));
        var document = new MediaPart(MediaKind.Document, MediaSourceKind.Url, JsonString.From("http://cdn.example/a.pdf"));
        var untouched = Image("gs://bucket/c.png");
        var conversation = Of(image, document, untouched);
        var result = new ToolResultPart(JsonString.From("call_1"));
        result.Content.Add(inside);
        conversation.Turns[0].Parts.Add(result);

        Assert.Null(await InlineAsync(gateway, conversation));
        foreach (var (part, type, bytes) in ((MediaPart, string, byte[])[])[(image, "image/png", Png), (inside, "image/png", Png), (document, "application/pdf", "%PDF-1.7"u8.ToArray())])
        {
            Assert.Equal((MediaSourceKind.Base64, type), (part.Source, part.MediaType.ToText()));
            Assert.Equal(bytes, Convert.FromBase64String(part.Data.ToText()));
        }

        Assert.Equal((MediaSourceKind.Url, "gs://bucket/c.png"), (untouched.Source, untouched.Data.ToText()));
        Assert.Equal(["/a.pdf application/pdf, text/plain Accept,Host,User-Agent", "/a.png image/* Accept,Host,User-Agent", "/b.png image/* Accept,Host,User-Agent"], asked.Order());
        Assert.All(_network.Connected, connected => Assert.Equal("93.184.216.34:80", connected));
    }

    [Fact]
    public async Task Inline_TargetThatFollowsAddresses_FetchesNothing()
    {
        await using var gateway = await StartAsync();
        var image = Image("http://cdn.example/a.png");
        Assert.Null(await InlineAsync(gateway, Of(image), Dialect.AnthropicMessages));
        Assert.Equal(MediaSourceKind.Url, image.Source);
        Assert.Empty(_network.Connected);
    }

    [Theory]
    [InlineData("http://127.0.0.1/x")]
    [InlineData("http://127.1/x")]
    [InlineData("http://0x7f000001/x")]
    [InlineData("http://2130706433/x")]
    [InlineData("http://0/x")]
    [InlineData("http://[::1]/x")]
    [InlineData("http://[::ffff:127.0.0.1]/x")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://10.0.0.5/x")]
    [InlineData("http://inside.example/x")]
    [InlineData("http://mixed.example/x")]
    [InlineData("http://six.example/x")]
    [InlineData("http://nowhere.example/x")]
    [InlineData("http://cdn.example:8080/x")]
    [InlineData("https://cdn.example:80/x")]
    [InlineData("http://user:secret@cdn.example/x")]
    [InlineData("ftp://cdn.example/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task Inline_AddressThatIsNotPublic_Is400AndNeverCalled(string address)
    {
        await using var gateway = await StartAsync();
        _network.Names["inside.example"] = ["192.168.0.10"];
        _network.Names["mixed.example"] = ["93.184.216.34", "10.0.0.1"];
        _network.Names["six.example"] = ["::ffff:169.254.169.254"];
        var image = Image(address);
        var error = await InlineAsync(gateway, Of(image));
        Assert.Equal((GatewayErrorKind.BadRequest, "invalid_media_url"), (error?.Kind, error?.Code));
        Assert.Equal(MediaSourceKind.Url, image.Source);
        Assert.Empty(_network.Connected);
        foreach (var hidden in (string[])["192.168.0.10", "93.184.216.34", "10.0.0.1 "]) Assert.DoesNotContain(hidden, error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/2", true)]
    [InlineData("//cdn.example/2", true)]
    [InlineData("http://other.example/2", true)]
    [InlineData("http://inside.example/2", false)]
    [InlineData("http://169.254.169.254/latest/meta-data/", false)]
    [InlineData("http://[::1]/2", false)]
    [InlineData("http://cdn.example:22/2", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://cdn.example/2", false)]
    [InlineData("http://a@cdn.example/2", false)]
    public async Task Inline_Redirect_IsCheckedLikeTheFirstAddress(string location, bool isFollowed)
    {
        await using var gateway = await StartAsync();
        _network.Names["inside.example"] = ["10.0.0.9"];
        _network.Names["other.example"] = ["1.1.1.1"];
        _server.Answer = context =>
        {
            if (context.Request.Path != "/1") return CannedUpstream.Bytes(Png, "image/png")(context);
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        };
        var image = Image("http://cdn.example/1");
        var error = await InlineAsync(gateway, Of(image));
        Assert.Equal(isFollowed, error is null);
        Assert.Equal(isFollowed ? MediaSourceKind.Base64 : MediaSourceKind.Url, image.Source);
        Assert.Equal(isFollowed ? 2 : 1, _network.Connected.Count);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task Inline_ManyRedirects_ThreeAtMost(int redirects, bool isFollowed)
    {
        await using var gateway = await StartAsync();
        _server.Answer = context =>
        {
            var hop = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            if (hop == redirects) return CannedUpstream.Bytes(Png, "image/png")(context);
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = $"/{hop + 1}";
            return Task.CompletedTask;
        };
        Assert.Equal(isFollowed, await InlineAsync(gateway, Of(Image("http://cdn.example/0"))) is null);
    }

    [Theory]
    [InlineData("image/webp", "x", null, "image/webp")]
    [InlineData("IMAGE/PNG", "x", null, "image/png")]
    [InlineData("application/octet-stream", "GIF89a", null, "image/gif")]
    [InlineData("application/octet-stream", "?", "image/heic", "image/heic")]
    [InlineData("", "GIF89a", null, "image/gif")]
    [InlineData("application/octet-stream", "?", null, null)]
    [InlineData("application/octet-stream", "%PDF-1", null, null)]
    [InlineData("text/html", "GIF89a", "image/png", null)]
    [InlineData("application/json", "{}", null, null)]
    [InlineData("image/png", "", null, null)]
    public async Task Inline_Type_IsOneOfAnImage(string declared, string content, string? said, string? expected)
    {
        await using var gateway = await StartAsync();
        _server.Answer = CannedUpstream.Bytes(Encoding.Latin1.GetBytes(content), declared);
        var image = Image("http://cdn.example/a");
        if (said is not null) image.MediaType = JsonString.From(said);
        var error = await InlineAsync(gateway, Of(image));
        Assert.Equal(expected is null, error is not null);
        if (expected is not null) Assert.Equal(expected, image.MediaType.ToText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inline_LargerThanAllowed_Is400(bool isDeclared)
    {
        await using var gateway = await StartAsync("\"maxBytes\": 100000");
        async Task<GatewayError?> OfSize(int size)
        {
            _server.Answer = async context =>
            {
                context.Response.ContentType = "image/png";
                if (isDeclared) context.Response.ContentLength = size;
                await context.Response.Body.WriteAsync(new byte[size], context.RequestAborted);
            };
            return await InlineAsync(gateway, Of(Image("http://cdn.example/a")));
        }

        Assert.Null(await OfSize(100_000));
        Assert.Contains("100000 bytes", (await OfSize(100_001))!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(206)]
    public async Task Inline_OtherStatus_Is400(int status)
    {
        await using var gateway = await StartAsync();
        _server.Answer = CannedUpstream.Bytes(Png, "image/png", status: status);
        var error = await InlineAsync(gateway, Of(Image("http://cdn.example/secret/a.png?signature=abc")));
        Assert.Equal(
            $"'http://cdn.example/secret/a.png' could not be fetched for this model, which takes only the data itself: its host answered {status}. Send it as base64, or correct the address.",
            error!.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inline_SilentHost_EndsWithTheTimeLimit(bool hasHeaders)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("\"timeoutSeconds\": 3", time);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Answer = async context =>
        {
            context.Response.ContentType = "image/png";
            if (hasHeaders) await context.Response.Body.WriteAsync(Png, context.RequestAborted);
            if (hasHeaders) await context.Response.Body.FlushAsync(context.RequestAborted);
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var fetching = InlineAsync(gateway, Of(Image("http://cdn.example/a")));
        await reached.Task.WaitAsync(GatewayCalls.Patience);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("within 3 seconds", (await fetching.WaitAsync(GatewayCalls.Patience))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inline_CallerLeaves_IsCancelled()
    {
        await using var gateway = await StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Answer = async context =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        using var caller = new CancellationTokenSource();
        var fetching = InlineAsync(gateway, Of(Image("http://cdn.example/a")), cancellation: caller.Token);
        await reached.Task.WaitAsync(GatewayCalls.Patience);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching.WaitAsync(GatewayCalls.Patience));
    }

    [Fact]
    public async Task Inline_Budget_IsTakenAndGivenBackWithTheBody()
    {
        await using var gateway = await StartAsync();
        var budget = gateway.Services.GetRequiredService<BufferedBytesBudget>();
        _server.Answer = CannedUpstream.Bytes(new byte[300_000], "image/png");
        using (var body = new RequestBody(budget, 1_000_000))
        {
            Assert.Null(await InlineAsync(gateway, Of(Image("http://cdn.example/a")), body: body));
            Assert.Equal(400_000, budget.Reserved);
            Assert.Equal(GatewayErrorKind.Overloaded, (await InlineAsync(gateway, Of(Image("http://cdn.example/a"), Image("http://cdn.example/b")), body: body))?.Kind);
        }

        Assert.Equal(0, budget.Reserved);
    }

    [Fact]
    public async Task Inline_PrivateAllowed_FetchesFromTheLoopbackOnAnyPort()
    {
        await using var gateway = await GatewayHost.StartAsync(Options("\"allowPrivate\": true", null) with { Network = null });
        var image = Image(_server.Address + "a.png");
        Assert.Null(await InlineAsync(gateway, Of(image)));
        Assert.Equal(Png, Convert.FromBase64String(image.Data.ToText()));
    }

    [Fact]
    public async Task Inline_SwitchedOffOrTooMany_Is400()
    {
        await using (var off = await StartAsync("\"enabled\": false"))
            Assert.Contains("egress.media.enabled", (await InlineAsync(off, Of(Image("http://cdn.example/a"))))!.Message, StringComparison.Ordinal);
        await using var on = await StartAsync();
        var many = Enumerable.Range(0, MediaFetcher.MostFiles + 1).Select(i => Image($"http://cdn.example/{i}")).ToArray();
        Assert.Equal(GatewayErrorKind.BadRequest, (await InlineAsync(on, Of(many)))?.Kind);
        Assert.Empty(_network.Connected);
        Assert.Null(await InlineAsync(on, Of(many[1..])));
        Assert.Equal(MediaFetcher.MostFiles, _network.Connected.Count);
    }

    private static MediaPart Image(string address) => new(MediaKind.Image, MediaSourceKind.Url, JsonString.From(address));

    private static Conversation Of(params MediaPart[] parts)
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        var turn = new Turn(TurnRole.User, 0);
        turn.Parts.AddRange(parts);
        conversation.Turns.Add(turn);
        return conversation;
    }

    private static async Task<GatewayError?> InlineAsync(
        GatewayHost gateway, Conversation conversation, Dialect target = Dialect.GeminiContent, RequestBody? body = null, CancellationToken cancellation = default)
    {
        using var own = new RequestBody(new BufferedBytesBudget(), long.MaxValue);
        return await gateway.Services.GetRequiredService<MediaFetcher>().InlineAsync(conversation, new TranslationTarget(target, JsonString.From("m"), ModelTraits.Unknown), body ?? own, cancellation);
    }

    private Task<GatewayHost> StartAsync(string media = "", TimeProvider? time = null) => GatewayHost.StartAsync(Options(media, time));

    private GatewayHostOptions Options(string media, TimeProvider? time) => new()
    {
        Time = time,
        Network = _network,
        Config = up => $$"""
            { "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "k" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "x" } ] } ], "egress": { "media": { {{media}} } } }
            """,
    };
}
