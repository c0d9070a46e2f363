using System.Globalization;
using System.Text;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// The operator's settings for requests that have none of their own, as bytes that are ready to be put into a body of any dialect. Made
/// once for each configuration, so that a request costs no more than the copying.
/// </summary>
public sealed class DefaultSettings
{
    /// <param name="temperature">From 0 to 2; null for none.</param>
    /// <param name="maxTokens">The longest answer; null for none.</param>
    /// <param name="system">Instructions; null for none.</param>
    public DefaultSettings(double? temperature, int? maxTokens, string? system)
    {
        if (temperature is { } degree)
        {
            Temperature = Number(degree.ToString("R", CultureInfo.InvariantCulture));
            // Anthropic's and Bedrock's go to 1 (Messages API, `temperature`: "Ranges from 0.0 to 1.0").
            TemperatureToOne = degree > 1 ? JsonValue.Number(1) : Temperature;
        }

        if (maxTokens is { } limit) MaxTokens = JsonValue.Number(limit);
        if (system is not null) System = JsonString.From(system);
    }

    /// <summary>None when it is left to the model.</summary>
    public JsonValue Temperature { get; }

    /// <summary>None when it is left to the model.</summary>
    public JsonValue MaxTokens { get; }

    /// <summary>None when there are no instructions.</summary>
    public JsonString System { get; }

    internal JsonValue TemperatureToOne { get; }

    /// <summary>These settings as they stand in a request's body; made when the first request needs them.</summary>
    internal DefaultMembers Members => field ??= new DefaultMembers(this);

    private static JsonValue Number(string digits) => new(Encoding.ASCII.GetBytes(digits));
}
