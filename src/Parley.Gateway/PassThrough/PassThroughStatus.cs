using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.PassThrough;

/// <summary>
/// What the status of a passed-on answer means. 401 and 403 are about our credential, and become 502; every other refusal keeps its status, and
/// its body where that is JSON (contracts §6).
/// </summary>
internal static class PassThroughStatus
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>True for an answer that is passed on as it is: a success, or that nothing has changed.</summary>
    internal static bool IsAnswer(int status) => status is (>= 200 and < 300) or 304;

    /// <summary>Null when the answer is to be passed on; else the error, with the provider's own words where they may be passed on.</summary>
    internal static async ValueTask<GatewayError?> JudgeAsync(PassThroughSending sending)
    {
        var reply = sending.Reply;
        if (IsAnswer(reply.Status)) return null;
        var error = ProviderStatus.Read(reply, sending.Time)!;
        // The body of a 401 may quote our credential, so it stays here.
        if (reply.Status == 401) return error;
        sending.Deadline.Within(Patience, AttemptStep.Idle);
        var answer = await ProviderErrorAnswer.ReadAsync(reply, sending.Deadline.Token);
        error = ProviderStatus.Explain(error, answer);
        if (error.Kind == GatewayErrorKind.UpstreamUnauthorized) return error;
        sending.Exchange.ErrorBody = answer;
        return RetryAfter.Complete(error, reply, answer, sending.Time);
    }
}
