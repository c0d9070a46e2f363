using System.Net;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Azure;

public sealed class AzureTests : IAsyncLifetime
{
    private const string NotFound = """{"error":{"code":"404","message":"Resource not found"}}""";
    private const string NoDeployment = """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}""";

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { Keys = ["right"] }, Soon);
        client = host.CreateClient("right");
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("/openai/deployments/gpt-4o/chat/completions", 404, NotFound)]
    [InlineData("/openai/deployments/gpt-4o/chat/completions?api-version=preview", 404, NotFound)]
    [InlineData("/openai/deployments/gpt-4o/responses?api-version=2024-10-21", 404, NotFound)]
    [InlineData("/openai/chat/completions?api-version=2024-10-21", 404, NotFound)]
    [InlineData("/openai/v1/deployments/gpt-4o/chat/completions", 404, NotFound)]
    [InlineData("/openai/deployments/nope/chat/completions?api-version=2024-10-21", 404, NoDeployment)]
    [InlineData("/openai/v1/chat/completions?api-version=2024-10-21", 400, """{"error":{"code":"BadRequest","message":"API version not supported"}}""")]
    [InlineData("/openai/responses?api-version=2024-10-21", 400, """{"error":{"code":"BadRequest","message":"Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later"}}""")]
    [InlineData("/v1/deployments/gpt-4o/chat/completions", 404, """{"error":{"message":"Invalid URL (POST /v1/deployments/gpt-4o/chat/completions)","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("/chat/completions", 404, """{"error":{"message":"Invalid URL (POST /chat/completions)","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task WrongUrl_IsRefusedAsTheVendorDoes(string path, int status, string body)
    {
        using var response = await client.SendAsync(path, Hello);
        Assert.Equal((status, body), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Soon)));
    }

    [Fact]
    public async Task V1_ModelThatIsNoDeployment_IsDeploymentNotFound()
    {
        using var response = await client.SendAsync("/openai/v1/chat/completions", Hello.Replace("gpt-4o", "gpt-9", StringComparison.Ordinal));
        Assert.Equal(NoDeployment, await response.Content.ReadAsStringAsync(Soon));
    }

    [Fact]
    public async Task Stream_FirstChunk_HasNoChoices()
    {
        var events = await client.EventsAsync("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", HelloStream);
        Assert.Equal("""{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false}}}]}""", events[0]);
    }

    [Theory]
    [InlineData("api-key", "right", 200)]
    [InlineData("Authorization", "Bearer right", 200)]
    [InlineData("api-key", "wrong", 401)]
    [InlineData("Authorization", "Bearer wrong", 401)]
    [InlineData("x-none", "", 401)]
    public async Task Credential_InEitherHeader_IsChecked(string header, string value, int status)
    {
        using var bare = host.CreateClient(key: null);
        using var response = await bare.SendAsync("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", Hello, (header, value));
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 401)
            Assert.StartsWith("""{"error":{"code":"401","message":""", await response.Content.ReadAsStringAsync(Soon), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credential_OnOpenAIsPaths_IsABearerOnly()
    {
        using var bare = host.CreateClient(key: null);
        using var none = await bare.SendAsync(Chat, Hello, ("api-key", "right"));
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        using var wrong = await bare.SendAsync(Chat, Hello, ("Authorization", "Bearer sk-wrong-key-123"));
        Assert.Equal("""{"error":{"message":"Incorrect API key provided: sk-w********-123. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", await wrong.Content.ReadAsStringAsync(Soon));
    }

    [Fact]
    public async Task Headers_OfEachVendor_AreThere()
    {
        using var openai = await client.SendAsync(Chat, Hello);
        Assert.All((string[])["x-request-id", "openai-processing-ms", "x-ratelimit-remaining-tokens"], name => Assert.True(openai.Headers.Contains(name), name));
        using var azure = await client.SendAsync("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", Hello);
        Assert.All((string[])["x-request-id", "apim-request-id", "x-ms-region", "x-ms-deployment-name"], name => Assert.True(azure.Headers.Contains(name), name));
    }
}
