using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>What a call to AWS is signed with.</summary>
/// <param name="AccessKeyId">Names the key; travels in the header.</param>
/// <param name="SecretAccessKey">Signs; never travels.</param>
/// <param name="SessionToken">Belongs to temporary credentials; null for lasting ones.</param>
/// <param name="ExpiresAt">When AWS will refuse it; null when that is not known or never.</param>
internal sealed record AwsCredential(string AccessKeyId, Secret SecretAccessKey, Secret? SessionToken = null, DateTimeOffset? ExpiresAt = null);
