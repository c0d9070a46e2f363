using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience;

/// <summary>One cancellation for all the limits of an attempt; which of them ran out is known.</summary>
public sealed class AttemptDeadlineTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(nameof(AttemptStep.Connect), GatewayErrorKind.UpstreamTimeout, "upstream_connect_timeout", "No connection to the provider could be made in time. Try again.")]
    [InlineData(nameof(AttemptStep.FirstByte), GatewayErrorKind.UpstreamTimeout, "upstream_timeout", "The provider did not begin to answer in time. Try again.")]
    [InlineData(nameof(AttemptStep.FirstToken), GatewayErrorKind.UpstreamTimeout, "upstream_first_token_timeout", "The provider did not send the first token in time. Try again.")]
    [InlineData(nameof(AttemptStep.Idle), GatewayErrorKind.UpstreamTimeout, "upstream_idle_timeout", "The provider fell silent in the middle of its answer. Try again.")]
    [InlineData(nameof(AttemptStep.Total), GatewayErrorKind.TotalTimeout, "total_timeout", "The request took longer than the operator allows for this model. Ask for less, or ask the operator to raise \"timeouts.totalSeconds\".")]
    public void EveryStep_RunsOut_HasItsOwnError(string step, GatewayErrorKind kind, string code, string message)
    {
        using var deadline = new AttemptDeadline(_time, CancellationToken.None);
        deadline.Within(TimeSpan.FromSeconds(5), Enum.Parse<AttemptStep>(step));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        // Whatever broke because of it: the socket that was closed under the transport too.
        foreach (var exception in (Exception[])[new OperationCanceledException(), new IOException(), new HttpRequestException()])
        {
            var error = UpstreamFault.Describe(exception, deadline)!;
            Assert.Equal((kind, code, message, 504), (error.Kind, GatewayErrorTable.CodeOf(error), error.Message, GatewayErrorTable.StatusOf(error)));
        }
    }

    [Fact]
    public void TransportsOwnLimit_IsTheOneOnConnecting()
    {
        using var deadline = new AttemptDeadline(_time, CancellationToken.None);
        deadline.Within(TimeSpan.FromSeconds(5), AttemptStep.FirstByte);
        Assert.Equal("upstream_connect_timeout", UpstreamFault.Describe(new OperationCanceledException(), deadline)!.Code);
    }

    [Fact]
    public void Step_AfterALimitRanOut_KeepsItsName()
    {
        using var deadline = new AttemptDeadline(_time, CancellationToken.None);
        deadline.Within(TimeSpan.FromSeconds(5), AttemptStep.Connect);
        _time.Advance(TimeSpan.FromSeconds(5));
        deadline.Within(TimeSpan.FromSeconds(50), AttemptStep.Idle);
        Assert.Equal(AttemptStep.Connect, deadline.Step);
    }

    [Fact]
    public void Total_CutsEveryStepAndTheTimeBeforeTheFirst()
    {
        var until = _time.GetTimestamp() + TimeSpan.FromSeconds(10).Ticks;
        using var deadline = new AttemptDeadline(_time, CancellationToken.None, until);
        Assert.Equal(AttemptStep.Total, deadline.Step);
        deadline.Within(TimeSpan.FromSeconds(4), AttemptStep.FirstByte);
        Assert.Equal(AttemptStep.FirstByte, deadline.Step);
        _time.Advance(TimeSpan.FromSeconds(3));
        deadline.Within(TimeSpan.FromSeconds(8), AttemptStep.Idle);
        Assert.Equal(AttemptStep.Total, deadline.Step);
        deadline.Within(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        Assert.Equal(AttemptStep.Total, deadline.Step);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Total_IsOverBeforeTheAttempt_CancelsAtOnce()
    {
        using var deadline = new AttemptDeadline(_time, CancellationToken.None, _time.GetTimestamp() - 1);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal((true, AttemptStep.Total), (deadline.Token.IsCancellationRequested, deadline.Step));
    }

    // Sources are used again with the system's clock: neither a limit, nor its name, nor a caller's abort of one attempt reaches the next.
    [Fact]
    public async Task ReusedSource_NothingOfTheFormerAttemptIsLeft()
    {
        for (var round = 0; round < 300; round++)
        {
            using var caller = new CancellationTokenSource();
            using (var first = new AttemptDeadline(TimeProvider.System, caller.Token, TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency / 200)))
                first.Within(TimeSpan.FromMinutes(1), AttemptStep.Idle);
            using var second = new AttemptDeadline(TimeProvider.System, CancellationToken.None);
            await caller.CancelAsync();
            second.Within(TimeSpan.FromMinutes(1), AttemptStep.FirstToken);
            Assert.Equal((false, AttemptStep.FirstToken), (second.Token.IsCancellationRequested, second.Step));
            if (round == 299) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Assert.False(second.Token.IsCancellationRequested);
        }
    }

    [Fact]
    public void Disposed_LateConnection_StartsNoLimitForTheNextAttempt()
    {
        var first = new AttemptDeadline(TimeProvider.System, CancellationToken.None);
        first.Dispose();
        using var second = new AttemptDeadline(TimeProvider.System, CancellationToken.None);
        first.Within(TimeSpan.Zero, AttemptStep.FirstByte);
        Assert.False(second.Token.IsCancellationRequested);
    }

    [Theory]
    [InlineData(null, null, false, nameof(AttemptStep.FirstByte), 20)]
    [InlineData(null, 5.0, false, nameof(AttemptStep.FirstByte), 20)]
    [InlineData(null, 5.0, true, nameof(AttemptStep.FirstToken), 5)]
    [InlineData(null, 50.0, true, nameof(AttemptStep.FirstByte), 20)]
    [InlineData(3.0, null, false, nameof(AttemptStep.Connect), 3)]
    [InlineData(3.0, 5.0, true, nameof(AttemptStep.Connect), 3)]
    public void Begin_StartsTheLimitThatComesFirst(double? connect, double? firstToken, bool isStream, string step, double seconds)
    {
        var timeouts = Timeouts(connect, firstToken);
        using var deadline = new AttemptDeadline(_time, CancellationToken.None);
        timeouts.Begin(Request(), deadline, isStream, _time);
        Assert.Equal(step, deadline.Step.ToString());
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void Begin_ConnectionStands_TheAnswersLimitTakesOver()
    {
        var request = Request();
        using var deadline = new AttemptDeadline(_time, CancellationToken.None);
        Timeouts(3, null).Begin(request, deadline, isStream: true, _time);
        _time.Advance(TimeSpan.FromSeconds(2));
        request.Connected!();
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal((false, AttemptStep.FirstByte), (deadline.Token.IsCancellationRequested, deadline.Step));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    private static UpstreamRequest Request() => new(new Uri("http://127.0.0.1/"), default, default);

    private static AttemptTimeouts Timeouts(double? connect, double? firstToken) => AttemptTimeouts.Of(
        new TimeoutsConfig
        {
            Connect = connect is { } c ? TimeSpan.FromSeconds(c) : null,
            FirstByte = TimeSpan.FromSeconds(20),
            FirstToken = firstToken is { } t ? TimeSpan.FromSeconds(t) : null,
        },
        new HttpConfig());
}
