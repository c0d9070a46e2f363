using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Admin.Targets;

/// <summary>The body of a trip: both fields, and the body itself, may be left out.</summary>
/// <param name="Wait">How long the target stays out; null for as long as its breaker says.</param>
/// <param name="Reason">As the log, the admin API and the webhook say it.</param>
internal sealed record TargetTrip(TimeSpan? Wait, string Reason)
{
    private const int MostBytes = 16 * 1024;
    private const int LongestReason = 200;
    private const int MostSeconds = 7 * 24 * 3600;

    private static readonly string[] Fields = ["seconds", "reason"];

    internal static async Task<(TargetTrip? Trip, GatewayError? Error)> ReadAsync(HttpContext context)
    {
        var buffer = new byte[MostBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MostBytes) return (null, new GatewayError(GatewayErrorKind.BodyTooLarge, $"The body is larger than {MostBytes / 1024} KB."));
        if (length == 0) return (new TargetTrip(null, OpeningReasons.ByHand), null);
        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            return (null, Bad($"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).", null));
        }
        catch (InvalidOperationException)
        {
            // JSON may escape half of a surrogate pair; as text it is none.
            return (null, Bad("The body holds half of a surrogate pair (such as \\ud800). Write whole characters.", null));
        }
    }

    private static (TargetTrip?, GatewayError?) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return (null, Bad("The body must be a JSON object, such as {\"seconds\":60,\"reason\":\"maintenance\"}.", null));
        TimeSpan? wait = null;
        var reason = OpeningReasons.ByHand;
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "seconds" when member.Value.ValueKind == JsonValueKind.Null:
                case "reason" when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "seconds":
                    if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetDouble(out var seconds) || seconds is not (>= 1 and <= MostSeconds))
                        return (null, Bad($"'seconds' must be a number from 1 to {MostSeconds} (a week).", "seconds"));
                    wait = TimeSpan.FromSeconds(seconds);
                    break;
                case "reason":
                    if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: > 0 and <= LongestReason } said || said.Any(char.IsControl))
                        return (null, Bad($"'reason' must be a text of 1 to {LongestReason} characters in one line.", "reason"));
                    reason = $"{OpeningReasons.ByHand}: {said}";
                    break;
                default:
                    var shown = member.Name.Length > 64 ? member.Name[..64] + "…" : member.Name;
                    return (null, Bad($"'{shown}' is not a field of a trip.{NearestName.Hint(member.Name, Fields)} Known: seconds, reason.", shown));
            }
        }

        return (new TargetTrip(wait, reason), null);
    }

    private static GatewayError Bad(string message, string? field) => new(GatewayErrorKind.BadRequest, message) { Param = field };
}
