namespace Parley.Gateway.Relay;

/// <summary>Text that is safe as a header's value: a model name may come from a caller and hold any character.</summary>
internal static class HeaderText
{
    internal static string Printable(string text) =>
        text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Uri.EscapeDataString(text) : text;
}
