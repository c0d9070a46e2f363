namespace Parley.Gateway.Providers.Bedrock;

/// <summary>The headers that sign a request.</summary>
/// <param name="Authorization">The header of that name.</param>
/// <param name="Date"><c>x-amz-date</c>.</param>
/// <param name="BodyHash"><c>x-amz-content-sha256</c>.</param>
internal readonly record struct SigV4Signature(string Authorization, string Date, string BodyHash);
