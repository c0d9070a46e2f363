using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ledger;

namespace Parley.Gateway.Tests.Ledger;

public sealed class LedgerEndpointsTests : IAsyncLifetime
{
    private readonly LedgerFixture _fixture = new();
    private readonly HttpClient _http = new();
    private UsageLedger _ledger = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _ledger = await _fixture.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_ledger).AddSingleton<TimeProvider>(_fixture.Time);
        _app = builder.Build();
        _app.MapLedgerEndpoints();
        await _app.StartAsync();
        var server = _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>();
        _http.BaseAddress = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _ledger.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Usage_RequestOfTwoAttempts_CountsItOnceAndSumsItsTokens()
    {
        var first = _fixture.Record(output: 7, isFinal: false) with { Provider = "openai", Error = GatewayErrorKind.StreamBroken };
        _ledger.Append(first);
        Assert.True(await _ledger.AppendAsync(_fixture.Record(output: 8) with { RequestId = first.RequestId, Attempt = 1 }, default));
        Assert.True(await _ledger.AppendAsync(_fixture.Record(output: 1) with { Status = 502, Error = GatewayErrorKind.UpstreamFailed }, default));
        Assert.True(await _ledger.AppendAsync(_fixture.Record(output: 1) with { Error = GatewayErrorKind.ClientAborted, IsAborted = true }, default));

        const string sums =
            """
            "requests":3,"errors":1,"inputTokens":40,"cacheReadTokens":80,"cacheWriteTokens":120,"outputTokens":17,"reasoningTokens":20,"cost":null
            """;
        Assert.Equal(
            $$$"""{"from":"2026-11-21T00:00:00+00:00","to":"2026-11-22T00:00:00+00:00","groupBy":"model","groups":[{"key":"gpt","name":null,{{{sums}}}}],"total":{{{{sums}}}}}""",
            await _http.GetStringAsync("/admin/usage?from=2026-11-21&to=2026-11-21"));
        Assert.Contains($$"""{"key":"01JKEY","name":"the key",{{sums}}}""", await _http.GetStringAsync("/admin/usage?groupBy=key"), StringComparison.Ordinal);
        Assert.Contains(
            """{"key":"openai","name":null,"requests":0,"errors":0,"inputTokens":10,"cacheReadTokens":20,"cacheWriteTokens":30,"outputTokens":7,"reasoningTokens":5,"cost":null}""",
            await _http.GetStringAsync("/admin/usage?groupBy=provider"),
            StringComparison.Ordinal);
        Assert.Contains("\"groups\":[]", await _http.GetStringAsync("/admin/usage?to=2026-11-20"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_FailedOverRequest_TellsTheWholeOfIt()
    {
        var first = _fixture.Record(output: 0, isFinal: false) with { Target = "openai/gpt-4o", UpstreamStatus = 429, Error = GatewayErrorKind.UpstreamRateLimited };
        _ledger.Append(first);
        Assert.True(await _ledger.AppendAsync(_fixture.Record(output: 8) with { RequestId = first.RequestId, Attempt = 1 }, default));

        Assert.Equal(
            $$"""{"items":[{"requestId":"{{first.RequestId}}","time":"2026-11-21T09:00:00+00:00","key":"01JKEY","keyName":"the key","model":"gpt","modelAnswered":"gpt-4o-2024-08-06","provider":"azure","status":200,"error":null,"truncated":false,"aborted":false,"estimated":false,"stream":true,"inputTokens":20,"cacheReadTokens":40,"cacheWriteTokens":60,"outputTokens":8,"reasoningTokens":10,"milliseconds":1234.5,"firstTokenMilliseconds":250.25,"finishReason":"stop","upstreamRequestId":"req_2","attempts":[{"target":"openai/gpt-4o","status":429,"milliseconds":1234.5,"reason":"upstream_rate_limited"},{"target":"azure/gpt-4o","status":200,"milliseconds":1234.5,"reason":null}]}],"cursor":null}""",
            await _http.GetStringAsync("/admin/requests"));
    }

    [Fact]
    public async Task Requests_PageByPage_GivesEachOnceNewestFirst()
    {
        var ids = new List<Ulid>();
        for (var i = 0; i < 25; i++)
        {
            var record = _fixture.Record() with { IsFinal = i != 3 };
            ids.Add(record.RequestId);
            Assert.True(await _ledger.AppendAsync(record, default));
        }

        var reader = new LedgerReader(_fixture.Options.DatabasePath);
        Assert.True(await LedgerFixture.CaughtUpAsync(_ledger));
        var seen = new List<string>();
        var query = new RequestQuery { Before = Ulid.Floor(DateTimeOffset.MaxValue), Limit = 7 };
        for (var page = 0; page < 4; page++)
        {
            var answer = reader.Requests(query, default);
            seen.AddRange(answer.Items.Select(static i => i.RequestId));
            Assert.Equal(page == 3, answer.Cursor is null);
            if (answer.Cursor is not null)
            {
                Assert.True(Ulid.TryParse(seen[^1], out var last));
                Assert.Equal(LedgerParameters.Cursor(last), answer.Cursor);
                query = query with { Before = last };
            }
        }

        Assert.Equal(ids.OrderDescending().Select(static id => id.ToString()), seen);
    }

    [Theory]
    [InlineData("model=other", 1)]
    [InlineData("model=gpt-4o-2024-08-06", 2)]
    [InlineData("model=nobody", 0)]
    [InlineData("key=the%20key", 2)]
    [InlineData("key=01JOTHER", 1)]
    [InlineData("status=502", 1)]
    [InlineData("status=2xx", 2)]
    [InlineData("status=2xx&model=other", 0)]
    [InlineData("limit=2", 2)]
    [InlineData("to=2026-11-21T09:00:00Z", 0)]
    [InlineData("from=2026-11-21T10:00:00+01:00", 3)]
    [InlineData("from=2026-11-21", 3)]
    public async Task Requests_Filter_LetsThroughWhatItSays(string query, int count)
    {
        await _ledger.AppendAsync(_fixture.Record(), default);
        await _ledger.AppendAsync(_fixture.Record(), default);
        await _ledger.AppendAsync(_fixture.Record() with { ModelAsked = "other", ModelAnswered = null, KeyId = "01JOTHER", KeyName = "x", Status = 502 }, default);

        var answer = await _http.GetStringAsync("/admin/requests?" + query);

        Assert.Equal(count, answer.Split("\"requestId\"").Length - 1);
    }

    [Theory]
    [InlineData("/admin/usage?groupBy=user", "groupBy", "Usage is grouped by model, key or provider.")]
    [InlineData("/admin/usage?from=yesterday", "from", "A time is ISO 8601: 2026-11-21, or 2026-11-21T09:30:00Z.")]
    [InlineData("/admin/usage?from=2026-11-22&to=2026-11-20", "from", "The period begins after its end.")]
    [InlineData("/admin/requests?limit=0", "limit", "The limit is a number from 1 to 1000.")]
    [InlineData("/admin/requests?limit=1001", "limit", "The limit is a number from 1 to 1000.")]
    [InlineData("/admin/requests?status=teapot", "status", "A status is a number from 100 to 599, or a class such as 4xx.")]
    [InlineData("/admin/requests?cursor=x", "cursor", "The cursor is not one of ours: pass it as the previous page gave it.")]
    [InlineData("/admin/requests?requestId='--", "requestId", "A request id has 26 characters (the answer's x-request-id).")]
    public async Task Query_WrongParameter_IsNamed(string path, string parameter, string message)
    {
        using var answer = await _http.GetAsync(path);

        Assert.Equal(400, (int)answer.StatusCode);
        var body = (await answer.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal);
        Assert.Equal($$$"""{"error":{"code":"invalid_parameter","message":"{{{message}}}","path":"{{{parameter}}}"}}""", body);
    }
}
