using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>
/// AWS's own search for a credential: variables, profiles, single sign-on, web identity, the container's or the machine's role.
/// The resolver remembers what it found and renews it; asking again is cheap, and sees a changed profile.
/// </summary>
internal sealed class AwsCredentialChain : IDisposable
{
    private readonly Lazy<DefaultAWSCredentialsIdentityResolver> _resolver = new(() => new DefaultAWSCredentialsIdentityResolver());

    /// <summary>The credential of this moment. Throws what the SDK throws, most often <see cref="AmazonClientException"/>.</summary>
    internal async Task<AwsCredential> ResolveAsync(CancellationToken cancellation)
    {
        var found = await _resolver.Value.ResolveIdentityAsync(null, cancellation);
        // It takes no token; whoever waits for this gives up after a while all the same.
        var keys = await found.GetCredentialsAsync().WaitAsync(cancellation);
        return new AwsCredential(
            keys.AccessKey,
            new Secret(keys.SecretKey),
            keys.UseToken ? new Secret(keys.Token) : null,
            found.Expiration is { } expires ? new DateTimeOffset(expires.ToUniversalTime()) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_resolver.IsValueCreated) _resolver.Value.Dispose();
    }
}
