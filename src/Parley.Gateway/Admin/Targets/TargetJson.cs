using System.Text.Json;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Admin.Targets;

/// <summary>Writes a target. Credentials are told apart by their number alone: no key, and no part of one, is ever in it.</summary>
internal static class TargetJson
{
    internal static void Write(Utf8JsonWriter writer, TargetEntry entry, TimeProvider time)
    {
        var (state, counters) = (entry.State, entry.State.Counters);
        writer.WriteStartObject();
        writer.WriteString("id", entry.Id);
        writer.WriteString("provider", entry.Provider);
        writer.WriteString("model", entry.Model);
        writer.WriteStartArray("models");
        foreach (var use in entry.Uses) WriteUse(writer, use);
        writer.WriteEndArray();
        WriteHealth(writer, TargetHealth.Of(state, time));
        writer.WriteStartArray("credentials");
        for (var credential = 0; credential < state.Breakers.Length; credential++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", credential + 1);
            WriteHealth(writer, TargetHealth.OfCredential(state, credential, time));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("inFlight", state.InFlight);
        if (state.Latency.Milliseconds is > 0 and var latency) writer.WriteNumber("latencyMilliseconds", Math.Round(latency, 1));
        else writer.WriteNull("latencyMilliseconds");
        if (entry.HasCapacity) writer.WriteNumber("capacity", Math.Round(state.Capacity.ShareAt(time.GetTimestamp()), 4));
        else writer.WriteNull("capacity");
        writer.WriteNumber("requests", counters.Requests);
        writer.WriteNumber("failures", counters.Failures);
        if (counters.LastStatus is { } status) writer.WriteNumber("lastStatus", status);
        else writer.WriteNull("lastStatus");
        WriteTime(writer, "lastFailureAt", counters.LastFailureAt);
        writer.WriteString("missing", entry.Missing);
        writer.WriteEndObject();
    }

    private static void WriteUse(Utf8JsonWriter writer, TargetUse use)
    {
        writer.WriteStartObject();
        writer.WriteString("id", use.Model);
        writer.WriteNumber("index", use.Index);
        writer.WriteNumber("priority", use.Priority);
        writer.WriteNumber("weight", use.Weight);
        writer.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter writer, TargetHealth health)
    {
        writer.WriteString("state", TargetHealth.NameOf(health.State));
        writer.WriteString("reason", health.Reason);
        WriteTime(writer, "since", health.Since);
        WriteTime(writer, "until", health.Until);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } at) writer.WriteString(name, at);
        else writer.WriteNull(name);
    }
}
