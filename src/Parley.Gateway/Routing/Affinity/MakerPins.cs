using System.Text.Json;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Pins a request to the maker of what it refers to: <c>previous_response_id</c>, else the newest sealed reasoning it plays back, else a
/// <c>file_id</c>. Only such requests are pinned (failures.md §2.9), and only where there is a choice is it looked for.
/// </summary>
internal sealed class MakerPins(MakerStore store)
{
    // A long conversation plays back dozens of thoughts, all of one maker.
    private const int MostKeys = 16;

    /// <summary>The plan itself, or one that is pinned.</summary>
    internal ValueTask<RoutePlan> PinAsync(GatewayExchange exchange, RoutePlan plan)
    {
        if (!plan.HasSeveralMakers) return new(plan);
        Span<UInt128> unknown = stackalloc UInt128[MostKeys];
        var count = 0;
        if (TryFind(exchange, unknown, ref count, out var maker)) return new(Pin(exchange, plan, maker));
        return count == 0 ? new(plan) : ReadAsync(exchange, plan, unknown[..count].ToArray());
    }

    /// <summary>The same for another pool that the request goes to later on.</summary>
    internal static RoutePlan PinAgain(GatewayExchange exchange, RoutePlan plan) => exchange.Maker is { } maker ? PinIn(exchange, plan, maker) ?? plan : plan;

    private async ValueTask<RoutePlan> ReadAsync(GatewayExchange exchange, RoutePlan plan, UInt128[] keys) =>
        await store.FindAsync(keys, exchange.Aborted) is { } maker ? Pin(exchange, plan, maker) : plan;

    // Where the request goes anyway; else another side of its alias, else the larger model, when the key may use those.
    private static RoutePlan Pin(GatewayExchange exchange, RoutePlan plan, Maker maker) =>
        PinIn(exchange, plan, maker) ?? PinToSide(exchange, plan, maker) ?? PinToLarger(exchange, plan, maker) ?? plan;

    private static RoutePlan? PinToSide(GatewayExchange exchange, RoutePlan plan, Maker maker)
    {
        if (plan.Split is not { } split) return null;
        foreach (var side in split.Sides)
        {
            if (ReferenceEquals(side.Model, plan.Model) || !side.Model.IsGrantedTo(exchange.Caller, exchange.ModelAsked)) continue;
            if (AzureChoice.Apply(exchange, side.Model).Model is not { } model || Router.PlanFor(exchange, model).Plan is not { } other) continue;
            if (PinIn(exchange, other with { Split = split }, maker) is { } pinned) return pinned;
        }

        return null;
    }

    private static RoutePlan? PinToLarger(GatewayExchange exchange, RoutePlan plan, Maker maker) =>
        LargerModel.PlanFor(exchange, plan) is { } larger && larger.Model.IsGrantedTo(exchange.Caller, larger.Model.Id) ? PinIn(exchange, larger, maker) : null;

    // Null when the maker is not in its pool.
    private static RoutePlan? PinIn(GatewayExchange exchange, RoutePlan plan, Maker maker)
    {
        var position = maker.PositionIn(plan.Pool, plan.Callable);
        if (position < 0) return null;
        exchange.Maker = maker;
        var credentials = plan.Pool.Members[position].Provider.CredentialCount;
        return plan with
        {
            Preferred = position,
            IsPinned = true,
            PreferredCredential = credentials > 1 && maker.Credential < credentials ? maker.Credential : -1,
        };
    }

    // What memory knows ends the search; the keys that it does not know are gathered for the database.
    private bool TryFind(GatewayExchange exchange, Span<UInt128> unknown, ref int count, out Maker maker)
    {
        maker = default;
        var body = exchange.Body.Span;
        var caller = exchange.Caller.KeyId;
        if (exchange.Surface.Dialect == Dialect.OpenAIResponses)
        {
            if (!store.IsEmptyOf(MakerKind.Response) && exchange.Envelope.Kind(EnvelopeProperty.PreviousResponseId) == JsonTokenType.String)
            {
                var key = MakerKey.Of(caller, MakerKind.Response, exchange.Envelope.Value(EnvelopeProperty.PreviousResponseId).Of(body)[1..^1]);
                if (store.TryFind(key, out maker)) return true;
                unknown[count++] = key;
            }

            if (!store.IsEmptyOf(MakerKind.Reasoning) && TryFind(body, "\"encrypted_content\""u8, caller, MakerKind.Reasoning, unknown, ref count, out maker)) return true;
        }

        return !store.IsEmptyOf(MakerKind.File) && TryFind(body, "\"file_id\""u8, caller, MakerKind.File, unknown, ref count, out maker);
    }

    // The newest first: it is the last of the body.
    private bool TryFind(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, string caller, MakerKind kind, Span<UInt128> unknown, ref int count, out Maker maker)
    {
        maker = default;
        Span<ByteRange> last = stackalloc ByteRange[MostKeys];
        var found = 0;
        for (var at = 0; NamedStrings.TryNext(body, name, ref at, out var content);)
        {
            // Another vendor's thought, which Parley has packed itself, opens nowhere else and pins nothing.
            if (content.IsEmpty || ReasoningCarrier.IsPacked(content)) continue;
            last[found++ % MostKeys] = new ByteRange(at - 1 - content.Length, content.Length);
        }

        for (var back = 1; back <= Math.Min(found, MostKeys) && count < unknown.Length; back++)
        {
            var key = MakerKey.Of(caller, kind, last[(found - back) % MostKeys].Of(body));
            if (store.TryFind(key, out maker)) return true;
            unknown[count++] = key;
        }

        return false;
    }
}
