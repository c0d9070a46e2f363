namespace Parley.Gateway.Exchange;

/// <summary>One of several things that are wrong with a request of the admin API.</summary>
/// <param name="Path">Where in the body; in <paramref name="File"/> when there is one.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
/// <param name="File">The file or entry that the request would break; null when it is wrong in itself.</param>
public sealed record GatewayErrorDetail(string Path, string Message, string? File);
