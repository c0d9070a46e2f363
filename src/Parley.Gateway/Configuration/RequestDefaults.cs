namespace Parley.Gateway.Configuration;

/// <summary>Settings that are sent when the request has none (<c>defaults</c> of a model or an alias; the alias's come first).</summary>
public sealed record RequestDefaults
{
    /// <summary><c>temperature</c>; not sent to models that refuse one.</summary>
    public double? Temperature { get; init; }

    /// <summary><c>maxTokens</c>, under whichever name the dialect and the model have for it.</summary>
    public int? MaxTokens { get; init; }

    /// <summary><c>system</c>: the system prompt.</summary>
    public string? System { get; init; }

    /// <summary>These, and what they leave open from <paramref name="under"/>.</summary>
    public RequestDefaults Over(RequestDefaults under) => new()
    {
        Temperature = Temperature ?? under.Temperature,
        MaxTokens = MaxTokens ?? under.MaxTokens,
        System = System ?? under.System,
    };
}
