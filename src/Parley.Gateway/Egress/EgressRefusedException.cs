namespace Parley.Gateway.Egress;

/// <summary>An address that a caller named, or was redirected to, and that Parley does not fetch from. The message is for the caller.</summary>
internal sealed class EgressRefusedException(string message) : Exception(message);
