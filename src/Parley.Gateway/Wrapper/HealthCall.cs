using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Wrapper;

/// <summary>
/// The minimal call to the default model that <c>/health</c> makes. It is made in Parley's own name, also when a key was presented: its result is shared by
/// all who ask, so it must not depend on who asks first, and nobody's limits or bill pay for it. The caller made here may use that one model,
/// and no request from outside is ever given it.
/// </summary>
internal sealed partial class HealthCall(ModelCalls calls, SnapshotHolder snapshots, TimeProvider time, ILogger<HealthCall> logger)
{
    /// <summary>The key id of these calls in the ledger, which no key has.</summary>
    internal const string KeyId = "parley:health";

    /// <summary>Their name there.</summary>
    internal const string KeyName = "parley-health";

    /// <summary>Who asks is a probe with little patience; it needs more than this (the policies of <c>deploy/apim</c>).</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Calls the model and says what that means. Never throws.</summary>
    internal async Task<HealthAnswer> RunAsync(CancellationToken stopping)
    {
        var snapshot = snapshots.Current;
        if (DefaultModel.NameOf(snapshot) is not { } model) return HealthErrors.Of(DefaultModel.Missing, snapshot.Config);
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            var answer = await AskAsync(model, either.Token);
            if (answer.Error is { } error && !IsAboutTheLimit(error)) return HealthErrors.Of(error, snapshot.Config);
            var isSimulated = DefaultModel.TargetsOf(snapshot.Catalog, model)
                .Any(target => target.Provider.Config.Type == ProviderType.Simulator && target.Provider.Name == answer.Headers["x-parley-provider"]);
            return new HealthAnswer(200) { Backend = isSimulated ? "simulated" : "connected" };
        }
        catch (OperationCanceledException)
        {
            return HealthErrors.Of(new GatewayError(GatewayErrorKind.UpstreamTimeout, $"The model did not answer within {Limit.TotalSeconds} seconds."), snapshot.Config);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            LogDefect(logger, defect);
            return HealthErrors.Of(new GatewayError(GatewayErrorKind.Internal, "The check itself failed; Parley's log says why."), snapshot.Config);
        }
    }

    private async Task<TextAnswer> AskAsync(string model, CancellationToken cancellation)
    {
        var name = Encoding.UTF8.GetString(JsonString.From(model).Span);
        var origin = OwnOrigin(model);
        var start = $$"""{"model":"{{name}}","messages":[{"role":"user","content":"ping"}]""";
        var answer = await calls.AskAsync(origin, WrapperService.Surface, Encoding.UTF8.GetBytes(start + ""","max_completion_tokens":16}"""), cancellation);
        if (answer.Error is not { } error || !IsAboutTheParameter(error)) return answer;
        return await calls.AskAsync(origin, WrapperService.Surface, Encoding.UTF8.GetBytes(start + "}"), cancellation);
    }

    // "Could not finish the message because max_tokens or model output limit was reached": the model is there, and 16 tokens were too few for it.
    private static bool IsAboutTheLimit(GatewayError error) => IsRefusal(error) && Holds(error, "max_tokens", "max_completion_tokens", "max_output_tokens", "output limit", "token limit");

    // "Unsupported parameter: 'max_completion_tokens' is not supported with this model", "Unrecognized request argument supplied: max_completion_tokens",
    // "Extra inputs are not permitted": OpenAI's and Azure's words, and those of servers made with pydantic.
    private static bool IsAboutTheParameter(GatewayError error) =>
        IsRefusal(error) && Holds(error, "max_tokens", "max_completion_tokens") && Holds(error, "unsupported", "not supported", "unrecognized", "unknown", "unexpected", "not permitted", "not allowed");

    private static bool IsRefusal(GatewayError error) => error is { Kind: GatewayErrorKind.UpstreamRejected, Status: 400 or 422 };

    private static bool Holds(GatewayError error, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (error.Message.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private CallOrigin OwnOrigin(string model)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(new RequestIdentity(Ulid.New(time.GetUtcNow())));
        return new CallOrigin(context, new Caller(KeyId, KeyName, KeyRole.Inference, FrozenSet.Create(StringComparer.Ordinal, model), providers: null));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The check of the default model for /health failed inside Parley")]
    private static partial void LogDefect(ILogger logger, Exception defect);
}
