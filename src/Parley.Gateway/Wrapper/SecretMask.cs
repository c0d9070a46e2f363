using System.Text.RegularExpressions;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Wrapper;

/// <summary>Takes credentials out of a provider's words: some quote what they were sent.</summary>
internal static partial class SecretMask
{
    // Shorter ones would take ordinary words out.
    private const int ShortestSecret = 6;

    internal static string Of(string text, ParleyConfig config)
    {
        foreach (var provider in config.Providers.Values)
        {
            foreach (var secret in provider.ApiKeys) text = Hide(text, secret);
            text = Hide(text, provider.SecretAccessKey);
            text = Hide(text, provider.SessionToken);
            text = Hide(text, provider.Auth?.ClientSecret);
            text = Hide(text, provider.Auth?.Value);
            if (provider.AccessKeyId is { Length: >= ShortestSecret } id) text = text.Replace(id, "***", StringComparison.Ordinal);
        }

        return LooksLikeOne().Replace(text, "***");
    }

    private static string Hide(string text, Secret? secret) =>
        secret?.Reveal() is { Length: >= ShortestSecret } value ? text.Replace(value, "***", StringComparison.Ordinal) : text;

    // Keys of OpenAI's and Anthropic's form, AWS's ids, and tokens (a JWT begins with the base64 of {"): those that no configuration holds.
    [GeneratedRegex(@"(?:sk-|AKIA|ASIA|eyJ)[\w.*-]{6,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LooksLikeOne();
}
