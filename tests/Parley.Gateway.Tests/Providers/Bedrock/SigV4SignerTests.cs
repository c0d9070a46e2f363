using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Bedrock;
using Parley.Gateway.Providers.Transport;
using Parley.Testing;

namespace Parley.Gateway.Tests.Providers.Bedrock;

/// <summary>The hand-written signature against that of AWS's own SDK, and the headers of a whole request.</summary>
public sealed class SigV4SignerTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"messages":[{"role":"user","content":[{"text":"Grüße"}]}]}""");

    [Theory]
    [InlineData("meta.llama3-70b-instruct", null)]
    [InlineData("anthropic.claude-3-5-sonnet-20241022-v2:0", null)]
    [InlineData("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", null)]
    [InlineData("us.amazon.nova-pro-v1:0", "FwoGZXIvYXdzEXAMPLE//token+==")]
    [InlineData("id with spaces & (brackets)~_-.", null)]
    public void Signature_IsByteForByteTheSdks(string model, string? token)
    {
        var now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var address = new Uri($"https://bedrock-runtime.us-east-1.amazonaws.com/model/{Uri.EscapeDataString(model)}/converse-stream");
        var credential = new AwsCredential("AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), token is null ? null : new Secret(token));
        var ours = SigV4Signer.Sign(address, Body, credential, "us-east-1", "bedrock", now);
        Assert.Equal(OfTheSdk(model, credential, now), ours.Authorization);
    }

    [Fact]
    public async Task Request_CarriesWhatIsSigned()
    {
        var time = new ManualTimeProvider();
        var config = Config() with { AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = new Secret("secret"), SessionToken = new Secret("token") };
        var credentials = new AwsCredentialSource(config, _ => throw new InvalidOperationException("not asked"), time, NullLogger<AwsCredentialSource>.Instance);
        var request = new UpstreamRequest(new Uri("https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse"), Body, default);
        Assert.Null(await new BedrockSigner(config, credentials, time).SignAsync(request, CancellationToken.None));
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value);
        Assert.Equal(["Authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"], headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal("20260101T000000Z", headers["x-amz-date"]);
        Assert.Equal("token", headers["x-amz-security-token"]);
        var expected = SigV4Signer.Sign(request.Address, Body, new AwsCredential("AKIDEXAMPLE", new Secret("secret"), new Secret("token")), "eu-west-1", "bedrock", time.GetUtcNow());
        Assert.Equal((expected.Authorization, expected.BodyHash), (headers["Authorization"], headers["x-amz-content-sha256"]));
    }

    internal static ProviderConfig Config() => new() { Name = "bedrock", Type = ProviderType.Bedrock, TypeName = "bedrock", Region = "eu-west-1" };

    private static string OfTheSdk(string model, AwsCredential credential, DateTimeOffset now)
    {
        var request = new DefaultRequest(new SomeRequest(), "bedrock")
        {
            HttpMethod = "POST",
            Endpoint = new Uri("https://bedrock-runtime.us-east-1.amazonaws.com"),
            ResourcePath = "/model/{id}/converse-stream",
            Content = Body,
            AuthenticationRegion = "us-east-1",
            OverrideSigningServiceName = "bedrock",
        };
        request.AddPathResource("{id}", model);
        request.Headers["Content-Type"] = SigV4Signer.ContentType;
        if (credential.SessionToken is { } token) request.Headers["x-amz-security-token"] = token.Reveal();
        var signed = new AWS4Signer().SignRequest(
            request, new SomeConfig(), null, credential.AccessKeyId, credential.SecretAccessKey.Reveal(), now.UtcDateTime);
        return signed.ForAuthorizationHeader;
    }

    private sealed class SomeRequest : AmazonWebServiceRequest;

    private sealed class SomeConfig() : ClientConfig(new SomeDefaults())
    {
        public override string ServiceVersion => "2023-09-30";

        public override string UserAgent => "test";

        public override string RegionEndpointServiceName => "bedrock-runtime";

        public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
            new("https://bedrock-runtime.us-east-1.amazonaws.com");
    }

    private sealed class SomeDefaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            throw new NotSupportedException();
    }
}
