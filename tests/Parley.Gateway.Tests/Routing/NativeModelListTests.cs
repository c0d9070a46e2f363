using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Routing;

/// <summary>The catalogue as Anthropic's and Google's clients ask for it.</summary>
public sealed class NativeModelListTests
{
    private static readonly string[] Ids = ["embed-1", "m-a", "m-b", "m-c", "org/m-d"];

    private static GatewayHostOptions Options(TimeProvider? time = null) => new()
    {
        Time = time,
        Config = up => $$"""
            {
              "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ {{string.Join(',', Ids.Select(id => $$"""{ "modelId": "{{id}}", "targets": [ { "provider": "lab", "model": "x" } ] }"""))}} ]
            }
            """,
    };

    [Fact]
    public async Task Anthropic_List_IsWholeInTheVendorsShape()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(Options(time));
        var created = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var entries = Ids.Select(id => $$"""{"type":"model","id":"{{id}}","display_name":"{{id}}","created_at":"{{created}}"}""").ToList();
        var expected = $$"""{"data":[{{string.Join(',', entries)}}],"has_more":false,"first_id":"embed-1","last_id":"org/m-d"}""";
        Assert.Equal(expected, (await GetAsync(gateway, "/v1/models", isAnthropic: true)).Body);
        Assert.Equal(expected, (await GetAsync(gateway, "/anthropic/v1/models", isAnthropic: false)).Body);
        Assert.Equal(entries[4], (await GetAsync(gateway, "/v1/models/org/m-d", isAnthropic: true)).Body);
        Assert.Equal(entries[4], (await GetAsync(gateway, "/anthropic/v1/models/org%2Fm-d", isAnthropic: false)).Body);
        // Without the header the same path is OpenAI's.
        Assert.Equal("list", (string?)(await GetAsync(gateway, "/v1/models", isAnthropic: false)).Json["object"]);
    }

    [Theory]
    [InlineData("limit=2", "embed-1 m-a", true)]
    [InlineData("limit=2&after_id=m-a", "m-b m-c", true)]
    [InlineData("limit=2&after_id=m-c", "org/m-d", false)]
    [InlineData("after_id=org/m-d", "", false)]
    [InlineData("limit=2&before_id=m-c", "m-a m-b", true)]
    [InlineData("limit=2&before_id=m-b", "embed-1 m-a", false)]
    [InlineData("limit=2&before_id=m-a", "embed-1", false)]
    public async Task Anthropic_Page_IsTheOneAsked(string query, string ids, bool hasMore)
    {
        await using var gateway = await GatewayHost.StartAsync(Options());
        var page = (await GetAsync(gateway, "/v1/models?" + query, isAnthropic: true)).Json;
        var listed = page["data"]!.AsArray().Select(entry => (string)entry!["id"]!).ToList();
        Assert.Equal((ids, hasMore), (string.Join(' ', listed), (bool)page["has_more"]!));
        Assert.Equal((listed.FirstOrDefault(), listed.LastOrDefault()), ((string?)page["first_id"], (string?)page["last_id"]));
    }

    [Theory]
    [InlineData("/v1/models?limit=0", 400, "invalid_request_error")]
    [InlineData("/v1/models?limit=1001", 400, "invalid_request_error")]
    [InlineData("/v1/models?limit=x", 400, "invalid_request_error")]
    [InlineData("/v1/models?after_id=nothing", 400, "invalid_request_error")]
    [InlineData("/v1/models?after_id=m-a&before_id=m-c", 400, "invalid_request_error")]
    [InlineData("/v1/models/m-x", 404, "not_found_error")]
    public async Task Anthropic_WrongQuestion_IsTheVendorsError(string path, int status, string type)
    {
        await using var gateway = await GatewayHost.StartAsync(Options());
        var answer = await GetAsync(gateway, path, isAnthropic: true);
        Assert.Equal((status, "error", type), (answer.Status, (string?)answer.Json["type"], (string?)answer.Error["type"]));
    }

    [Theory]
    [InlineData("/v1beta/models")]
    [InlineData("/genai/v1beta/models")]
    public async Task Gemini_List_IsWholeInTheVendorsShape(string path)
    {
        await using var gateway = await GatewayHost.StartAsync(Options());
        var entries = Ids.Select(id => $$"""{"name":"models/{{id}}","displayName":"{{id}}","supportedGenerationMethods":[{{(id == "embed-1" ? "" : "\"generateContent\",\"countTokens\"")}}]}""").ToList();
        Assert.Equal($$"""{"models":[{{string.Join(',', entries)}}]}""", (await GetAsync(gateway, path, false)).Body);
        Assert.Equal(entries[1], (await GetAsync(gateway, path + "/m-a", false)).Body);
        Assert.Equal(entries[4], (await GetAsync(gateway, path + "/org/m-d", false)).Body);
    }

    [Fact]
    public async Task Gemini_Pages_FollowEachOtherToTheEnd()
    {
        await using var gateway = await GatewayHost.StartAsync(Options());
        List<string> seen = [];
        string? token = null;
        do
        {
            var page = (await GetAsync(gateway, $"/v1beta/models?pageSize=2{(token is null ? "" : "&pageToken=" + token)}", false)).Json;
            seen.AddRange(page["models"]!.AsArray().Select(model => ((string)model!["name"]!)["models/".Length..]));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null && seen.Count < 20);
        Assert.Equal(Ids, seen);
    }

    [Theory]
    [InlineData("/v1beta/models?pageSize=x", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1beta/models?pageSize=-1", 400, "INVALID_ARGUMENT")]
    [InlineData("/v1beta/models?pageToken=%21%21", 400, "INVALID_ARGUMENT")]
    [InlineData("/genai/v1beta/models/m-x", 404, "NOT_FOUND")]
    public async Task Gemini_WrongQuestion_IsTheVendorsError(string path, int status, string code)
    {
        await using var gateway = await GatewayHost.StartAsync(Options());
        var answer = await GetAsync(gateway, path, false);
        Assert.Equal((status, status, code), (answer.Status, (int)answer.Error["code"]!, (string?)answer.Error["status"]));
    }

    private static Task<Wire.Answer> GetAsync(GatewayHost gateway, string path, bool isAnthropic)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isAnthropic) request.Headers.Add("anthropic-version", "2023-06-01");
        return gateway.Client.FetchAsync(request);
    }
}
