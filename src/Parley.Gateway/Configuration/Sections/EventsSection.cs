using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary><c>events</c>: who is told when a target opens or recovers.</summary>
internal static class EventsSection
{
    /// <summary><c>events.webhook</c>; null when it is not written or was reported.</summary>
    public static WebhookConfig? Read(ReadingContext context, ConfigurationNode node)
    {
        if (new SectionReader(context, node, ConfigurationKeys.Events).Get("webhook") is not { } webhook)
            return null;
        var section = new SectionReader(context, webhook, ConfigurationKeys.Webhook);
        var secret = Credentials.Secret(section, "secret");
        if (section.Required("url", "Give the address that events are posted to.") is not { } text)
            return null;
        if (Problem(text, out var url) is { } problem)
        {
            section.Error("url", problem);
            return null;
        }

        return new WebhookConfig(url!, secret);
    }

    // Unlike a provider's base it may hold a query: chat rooms and flows put their token there. Private addresses are fine: the operator writes it.
    private static string? Problem(string text, out Uri? url)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return "must be an absolute URL that starts with https:// or http://.";
        if (url.UserInfo.Length > 0)
            return "must not hold a user name or password. Check the signature of secret at the receiver in their place.";
        return url.Fragment.Length > 0 ? "must not hold a fragment. Cut it from the # on." : null;
    }
}
