namespace Parley.Gateway.Ledger;

/// <summary>One attempt of a request.</summary>
/// <param name="Target"><c>provider/upstream-model</c>.</param>
/// <param name="Status">What the provider answered; zero when it did not.</param>
/// <param name="Milliseconds">From its sending to its end.</param>
/// <param name="Reason">What went wrong (<c>upstream_rate_limited</c>); <c>spillover</c> when Azure's other deployment answered; null when nothing is to be said.</param>
internal sealed record RequestAttempt(string Target, int Status, double Milliseconds, string? Reason);
