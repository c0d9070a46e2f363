using Parley.Dialects;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>
/// The caller's request written in the target's dialect. It is read once however many targets are tried; images and documents are
/// copied once, from the caller's body into this one.
/// </summary>
internal sealed class TranslatedBody : IDisposable
{
    // Around an image that fills nearly all of a body there is not much to add.
    private const int Slack = 16 * 1024;

    private readonly PooledBuffer _output;

    private TranslatedBody(Translation translation, PooledBuffer output)
    {
        Translation = translation;
        _output = output;
    }

    internal Translation Translation { get; }

    internal ReadOnlyMemory<byte> Memory => _output.Memory;

    /// <summary>Translates; the error is the caller's (400), or that the model's policy forbids what would be lost.</summary>
    internal static async ValueTask<(TranslatedBody? Body, GatewayError? Error)> CreateAsync(
        GatewayExchange exchange, RouteTarget target, Dialect dialect, Egress.MediaFetcher media, TimeProvider time, CancellationToken cancellation)
    {
        if (ConversationReader.Read(exchange) is { } wrong) return (null, wrong);
        var conversation = exchange.Conversation!;
        // In its own dialect a request is only cleaned: what it refers to is still where it was.
        var isOwn = dialect == exchange.Surface.Dialect;
        if (!isOwn && conversation.Untranslatable is [var obstacle, ..]) return (null, Unsupported(obstacle));
        if (!isOwn && await media.InlineAsync(conversation, TranslationTargets.Of(target, dialect), exchange.Body, cancellation) is { } failed) return (null, OfTarget(failed));

        var translation = new Translation(exchange, conversation, target, dialect, time.GetUtcNow());
        if (!exchange.Body.TryReserve(exchange.Body.Length + Slack)) return (null, NoRoom);
        var output = new PooledBuffer(exchange.Body.Length + Slack);
        try
        {
            translation.WriteRequest(output);
        }
        catch (DialectException exception)
        {
            output.Dispose();
            return (null, Unsupported(exception.Path, exception.Message));
        }

        if (target.OnUnsupported == UnsupportedPolicy.Reject && translation.Losses.Losses.FirstOrDefault(static loss => loss.IsRefusedByModel) is { } refused)
        {
            output.Dispose();
            return (null, SplicedBody.Unsupported(exchange, refused));
        }

        // What is left out in a request's own dialect is no loss of a translation: a model's refusal, or another vendor's thoughts.
        if (!isOwn && target.OnLoss == LossPolicy.Reject && translation.Losses is { Count: > 0 } losses)
        {
            output.Dispose();
            return (null, Rejected(losses, target));
        }

        return (new TranslatedBody(translation, output), null);
    }

    /// <summary>Gives the buffer back, unless the transport may still be reading it.</summary>
    internal void Release(bool isInUse)
    {
        if (!isInUse) _output.Dispose();
    }

    public void Dispose() => _output.Dispose();

    private static readonly GatewayError NoRoom = new(
        GatewayErrorKind.Overloaded, "Parley has no memory left to translate this request now (limits.bufferedBytes). Try again in a moment.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    // What only this target needs as bytes, the next one may fetch itself.
    private static GatewayError OfTarget(GatewayError error) =>
        error.Kind == GatewayErrorKind.BadRequest ? error with { Kind = GatewayErrorKind.UnsupportedTranslation } : error;

    private static GatewayError Unsupported(TranslationObstacle obstacle) => obstacle.Code == MessagesThread.NotFound
        ? new GatewayError(GatewayErrorKind.NotFound, obstacle.Message) { Param = obstacle.Path, Code = obstacle.Code }
        : Unsupported(obstacle.Path, obstacle.Message);

    private static GatewayError Unsupported(string path, string message) =>
        new(GatewayErrorKind.UnsupportedTranslation, message) { Param = path };

    internal static GatewayError Rejected(LossReport losses, RouteTarget target) => new(
        GatewayErrorKind.UnsupportedTranslation,
        $"'{target.Name}' cannot be told: {string.Join(", ", losses.Losses.Take(10).Select(loss => $"{loss.Path} ({loss.Reason})"))}. Leave these out, or ask the operator to set the model's \"onLoss\" to \"warn\".")
    {
        Param = losses.Losses[0].Path,
    };
}
