using System.Text.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>Writes what <see cref="RouteExplainer"/> has found.</summary>
internal static class RouteJson
{
    internal static void Write(Utf8JsonWriter writer, GatewayExchange exchange, RoutePlan plan, RouteExplainer explained)
    {
        writer.WriteStartObject();
        writer.WriteString("model", plan.Model.Id);
        WriteAlias(writer, exchange, plan);
        writer.WriteString("surface", exchange.Surface.Name);
        writer.WriteString("key", exchange.Caller.KeyId);
        writer.WriteString("summary", explained.Summary);
        writer.WriteString("pick", NameOf(plan.Pool.Rule));
        WriteAffinity(writer, plan);
        writer.WriteStartArray("targets");
        for (var index = 0; index < explained.Steps.Count; index++) WriteStep(writer, explained.Steps[index], index + 1, exchange);
        writer.WriteEndArray();
        writer.WriteStartArray("excluded");
        foreach (var (id, reason) in explained.Excluded)
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteRetry(writer, plan.Model.Retry);
        WriteTimeouts(writer, plan.Model.Timeouts);
        WriteHedge(writer, plan.Model.Config?.Hedge);
        writer.WriteEndObject();
    }

    private static void WriteAlias(Utf8JsonWriter writer, GatewayExchange exchange, RoutePlan plan)
    {
        var asked = exchange.ModelAsked;
        exchange.Snapshot.Catalog.TryFindAlias(asked, out var alias);
        if (alias is null && (asked == plan.Model.Id || plan.Model.Config?.Aliases.Contains(asked, StringComparer.Ordinal) != true))
        {
            writer.WriteNull("alias");
            return;
        }

        writer.WriteStartObject("alias");
        writer.WriteString("name", asked);
        writer.WriteString("stable", StableOf(alias));
        writer.WriteStartArray("shares");
        foreach (var (model, weight) in alias?.Sides.Select(static side => (side.Model.Id, side.Weight)) ?? [(plan.Model.Id, 1)])
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteNumber("share", alias is null ? 1 : Math.Round(weight / (double)alias.Sides.Sum(static side => side.Weight), 4));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string StableOf(CatalogAlias? alias) => alias?.Stable switch
    {
        AliasStability.Key => "key",
        AliasStability.User => "user",
        AliasStability.Header => "header:" + alias.StableHeader,
        _ => "none",
    };

    private static void WriteAffinity(Utf8JsonWriter writer, RoutePlan plan)
    {
        var config = plan.Model.Config?.Affinity;
        if (config is null && plan.Preferred < 0)
        {
            writer.WriteNull("affinity");
            return;
        }

        writer.WriteStartObject("affinity");
        writer.WriteString("kind", config?.Kind.ToString().ToLowerInvariant());
        writer.WriteString("name", config?.Name);
        writer.WriteString("target", plan.Preferred < 0 ? null : plan.Pool.Members[plan.Preferred].Name);
        writer.WriteBoolean("pinned", plan.IsPinned);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, RouteStep step, int order, GatewayExchange exchange)
    {
        var target = step.Target;
        writer.WriteStartObject();
        writer.WriteNumber("order", order);
        writer.WriteString("id", target.Name);
        writer.WriteString("provider", target.Provider.Name);
        writer.WriteString("model", target.UpstreamModel);
        writer.WriteNumber("index", target.Index);
        writer.WriteNumber("priority", target.Priority);
        writer.WriteNumber("weight", target.Weight);
        if (step.Share is { } share) writer.WriteNumber("share", Math.Round(share, 4));
        else writer.WriteNull("share");
        writer.WriteString("state", TargetHealth.NameOf(step.Health.State));
        writer.WriteString("reason", step.Health.Reason);
        if (step.Wait is { } wait) writer.WriteNumber("waitSeconds", Math.Round(wait.TotalSeconds, 3));
        else writer.WriteNull("waitSeconds");
        writer.WriteString("dialect", step.Dialect.ToString());
        writer.WriteString("mode", step.Dialect == exchange.Surface.Dialect ? "splice" : "translate");
        writer.WriteNumber("credentials", target.Provider.CredentialCount);
        writer.WriteString("note", step.Note);
        writer.WriteEndObject();
    }

    private static void WriteRetry(Utf8JsonWriter writer, RetryConfig retry)
    {
        writer.WriteStartObject("retry");
        if (retry.Attempts is { } attempts) writer.WriteNumber("attempts", attempts);
        else writer.WriteNull("attempts");
        writer.WriteNumber("sameTarget", retry.SameTarget);
        writer.WriteNumber("deadlineSeconds", retry.Deadline.TotalSeconds);
        writer.WriteBoolean("contentFilter", retry.OnContentFilter);
        writer.WriteString("contextLengthModel", retry.ContextLengthModel);
        writer.WriteEndObject();
    }

    // Null is the provider's own `http` setting, or no limit.
    private static void WriteTimeouts(Utf8JsonWriter writer, TimeoutsConfig timeouts)
    {
        writer.WriteStartObject("timeouts");
        WriteSeconds(writer, "connectSeconds", timeouts.Connect);
        WriteSeconds(writer, "firstByteSeconds", timeouts.FirstByte);
        WriteSeconds(writer, "firstTokenSeconds", timeouts.FirstToken);
        WriteSeconds(writer, "idleSeconds", timeouts.Idle);
        WriteSeconds(writer, "totalSeconds", timeouts.Total);
        writer.WriteEndObject();
    }

    private static void WriteHedge(Utf8JsonWriter writer, HedgeConfig? hedge)
    {
        if (hedge is null)
        {
            writer.WriteNull("hedge");
            return;
        }

        writer.WriteStartObject("hedge");
        if (hedge.After is { } after) writer.WriteNumber("afterMilliseconds", after.TotalMilliseconds);
        else writer.WriteNull("afterMilliseconds");
        writer.WriteString("note", hedge.After is null ? "a second target is called after the model's own 95th percentile of time to first token" : "a second target is called after this time");
        writer.WriteEndObject();
    }

    private static void WriteSeconds(Utf8JsonWriter writer, string name, TimeSpan? time)
    {
        if (time is { } limit) writer.WriteNumber(name, limit.TotalSeconds);
        else writer.WriteNull(name);
    }

    private static string NameOf(PickRule rule) => rule switch
    {
        PickRule.RoundRobin => "round-robin",
        PickRule.Random => "random",
        PickRule.LeastBusy => "least-busy",
        PickRule.LeastLatency => "least-latency",
        PickRule.PromptCache => "prompt-cache",
        PickRule.MostCapacity => "most-capacity",
        _ => "weighted",
    };
}
