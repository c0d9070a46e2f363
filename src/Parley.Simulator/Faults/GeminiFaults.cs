using System.Globalization;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The faults that are errors, as Gemini answers them: google.rpc statuses, and in a 429 its own way to say how long to wait.</summary>
internal static class GeminiFaults
{
    private static GeminiRefusal Overloaded { get; } = new(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");

    private static GeminiRefusal Internal { get; } = new(500, "INTERNAL",
        "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting");

    public static Refusal Inside(SimulatedCall call) => call.Fault.Word switch
    {
        null or "INTERNAL" => Internal,
        "UNAVAILABLE" => Overloaded,
        "RESOURCE_EXHAUSTED" => RateLimited(null),
        var word => new GeminiRefusal(500, word, "Request failed."),
    };

    public static Refusal Refusal(SimulatedCall call)
    {
        var fault = call.Fault;
        return fault.Name switch
        {
            // A blocked prompt is a 200 here (simulate:blocked); these are the words of the image models, which do answer 400.
            "400-content-filter" => GeminiRefusal.Invalid("The prompt could not be submitted. This prompt contains sensitive words that violate Google's "
                + "Responsible AI practices. Try rephrasing the prompt."),
            "400-context-length" => GeminiRefusal.Invalid("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
            "401" => new GeminiRefusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
                + "other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."),
            "403" => new GeminiRefusal(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
            "404" => GenerateContentRules.ModelNotFound(call),
            "408" => new GeminiRefusal(408, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
            "429-quota" => Exhausted() with { Details = static writer => WriteQuota(writer) },
            "429" => RateLimited(TimeSpan.FromSeconds(fault.Count(1))),
            "429-date" => RateLimited(TimeSpan.FromSeconds(fault.Count(1))),
            "429-ms" => RateLimited(TimeSpan.FromMilliseconds(fault.Count(1000))),
            "429-bare" => RateLimited(null),
            "503" => Overloaded,
            "529" => Overloaded with { Status = 529 },
            _ => Internal,
        };
    }

    private static GeminiRefusal RateLimited(TimeSpan? retry) => Exhausted() with
    {
        Details = writer =>
        {
            WriteQuota(writer);
            if (retry is not { } delay)
                return;
            writer.WriteStartObject();
            writer.WriteString("@type", "type.googleapis.com/google.rpc.RetryInfo");
            writer.WriteString("retryDelay", string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds}s"));
            writer.WriteEndObject();
        },
    };

    private static GeminiRefusal Exhausted() => new(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details. "
        + "For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.");

    private static void WriteQuota(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/google.rpc.QuotaFailure");
        writer.WriteStartArray("violations");
        writer.WriteStartObject();
        writer.WriteString("quotaId", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
