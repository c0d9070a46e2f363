namespace Parley.Gateway.Configuration;

/// <summary>One argument of a saved prompt.</summary>
/// <param name="Name">What stands between the braces of the text.</param>
/// <param name="Description">What to give; null when nobody said so.</param>
/// <param name="IsRequired">Whether the prompt cannot be had without it; otherwise nothing takes its place in the text.</param>
public sealed record PromptArgumentConfig(string Name, string? Description, bool IsRequired);
