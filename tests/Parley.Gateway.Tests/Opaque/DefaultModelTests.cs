using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Opaque;

/// <summary>OpenAI's API lets <c>model</c> be absent for images and moderations: its default is then looked up like a name that was sent.</summary>
[Trait("Contract", "5.others")]
public sealed class DefaultModelTests
{
    private const string Images = "/v1/images/generations";
    private const string Draw = """{"prompt":"a cat","background":"opaque"}""";

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream, string models, string provider = "")
    {
        upstream.Answer = CannedUpstream.Bytes("{}"u8.ToArray(), "application/json");
        return GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                {
                  "providers": { "canned": { "type": "openai-compatible", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk-canned" {{provider}} } },
                  "models": [ {{models}} ]
                }
                """,
        });
    }

    private static string Model(string id, string upstream) => $$"""{ "modelId": "{{id}}", "targets": [ { "provider": "canned", "model": "{{upstream}}" } ] }""";

    [Theory]
    [InlineData(Images, Draw, "dall-e-2")]
    [InlineData(Images, """{"model":null,"prompt":"a cat"}""", "dall-e-2")]
    [InlineData("/v1/images/edits", """{"images":[{"file_id":"file-1"}],"prompt":"with a hat"}""", "gpt-image-1.5")]
    [InlineData("/v1/moderations", """{"input":"a"}""", "omni-moderation-latest")]
    public async Task Json_WithoutModel_GoesToTheDefaultsTarget_NamedOnlyWhereItHasAnotherName(string path, string body, string name)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using (var same = await StartAsync(upstream, Model(name, name)))
        {
            var answer = await same.Client.PostAsync(path, body);
            Assert.Equal((200, body), (answer.Status, Encoding.UTF8.GetString(upstream.Received)));
            Assert.Equal(name, (await same.RecordAsync(answer.Header("x-request-id"))).GetProperty("model").GetString());
        }

        await using var other = await StartAsync(upstream, Model(name, "ours"));
        Assert.Equal(200, (await other.Client.PostAsync(path, body)).Status);
        var named = body.Contains("null", StringComparison.Ordinal) ? body.Replace("null", "\"ours\"", StringComparison.Ordinal) : null;
        var sent = Encoding.UTF8.GetString(upstream.Received);
        Assert.True(sent == named || (named is null && sent.Contains("\"model\":\"ours\"", StringComparison.Ordinal)), sent);
    }

    [Theory]
    [InlineData("/v1/images/variations", "dall-e-2")]
    [InlineData("/v1/images/edits", "gpt-image-1.5")]
    public async Task Form_WithoutModel_GoesToTheDefaultsTarget_NamedOnlyWhereItHasAnotherName(string path, string name)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        var form = await OpaqueGateway.Form(("image", "@cat.png")).ReadAsByteArrayAsync();
        await using (var same = await StartAsync(upstream, Model(name, name)))
        {
            Assert.Equal(200, (int)(await OpaqueGateway.PostAsync(same.Client, path, OpaqueGateway.Form(("image", "@cat.png")))).Answer.StatusCode);
            Assert.Equal(form, upstream.Received);
        }

        await using var other = await StartAsync(upstream, Model(name, "ours"));
        Assert.Equal(200, (int)(await OpaqueGateway.PostAsync(other.Client, path, OpaqueGateway.Form(("image", "@cat.png")))).Answer.StatusCode);
        byte[] part = [.. "------parley-test\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nours\r\n"u8];
        Assert.Equal([.. part, .. form], upstream.Received);
    }

    [Fact]
    public async Task OnlyProviderOfVariables_TakesTheDefaultAsItIs()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        var asked = "";
        upstream.Answer = context =>
        {
            asked = context.Request.Path;
            return CannedUpstream.Bytes("{}"u8.ToArray(), "application/json")(context);
        };
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = null,
            Variables = new Dictionary<string, string> { ["AZURE_OPENAI_ENDPOINT"] = upstream.Address, ["AZURE_OPENAI_API_KEY"] = Wire.UpstreamKey },
        });
        Assert.Equal(200, (await gateway.Client.PostAsync(Images, Draw)).Status);
        Assert.Equal(("/openai/deployments/dall-e-2/images/generations", Draw), (asked, Encoding.UTF8.GetString(upstream.Received)));
    }

    [Fact]
    [Trait("Contract", "5.unknown")]
    public async Task Default_ThatIsNotHere_Is404NamingItAndWhatToDo()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Model("picture", "gpt-image-1"));
        foreach (var (path, body, name) in new[] { (Images, Draw, "dall-e-2"), ("/v1/moderations", """{"input":"a"}""", "omni-moderation-latest") })
        {
            var answer = await gateway.Client.PostAsync(path, body);
            Assert.Equal((404, "model_not_found", "model"), (answer.Status, (string?)answer.Error["code"], (string?)answer.Error["param"]));
            Assert.Equal(
                $"'model' is missing, and OpenAI's default for this API, '{name}', does not exist here. Send 'model': GET /v1/models lists what this key may use; the operator adds a model under \"models\" in parley.json, or a deployment under \"deployments\" of an Azure provider.",
                (string?)answer.Error["message"]);
        }
    }

    // The provider's default depends on the other parameters: unnamed, a grant for one model would be a grant for another.
    [Fact]
    public async Task Key_OrProvider_ForSomeModelsAlone_HasTheNameWritten()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Model("dall-e-2", "dall-e-2"));
        using var granted = await gateway.KeyAsync("\"models\":[\"dall-e-2\"]");
        Assert.Equal(200, (await granted.PostAsync(Images, Draw)).Status);
        Assert.Contains("\"model\":\"dall-e-2\"", Encoding.UTF8.GetString(upstream.Received), StringComparison.Ordinal);
        using var all = await gateway.KeyAsync();
        Assert.Equal(200, (await all.PostAsync(Images, Draw)).Status);
        Assert.Equal(Draw, Encoding.UTF8.GetString(upstream.Received));

        await using var limited = await StartAsync(upstream, Model("dall-e-2", "dall-e-2"), """, "allowedModels": ["dall-e-2"] """);
        Assert.Equal(200, (await limited.Client.PostAsync(Images, Draw)).Status);
        Assert.Contains("\"model\":\"dall-e-2\"", Encoding.UTF8.GetString(upstream.Received), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_WithoutTheDefault_Is403NamingIt()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Model("dall-e-2", "dall-e-2") + "," + Model("picture", "gpt-image-1"));
        using var other = await gateway.KeyAsync("\"models\":[\"picture\"]");
        var answer = await other.PostAsync(Images, Draw);
        Assert.Equal((403, "model_not_allowed"), (answer.Status, (string?)answer.Error["code"]));
        Assert.StartsWith("This key may not use the model 'dall-e-2', OpenAI's default where 'model' is missing.", (string?)answer.Error["message"], StringComparison.Ordinal);
    }
}
