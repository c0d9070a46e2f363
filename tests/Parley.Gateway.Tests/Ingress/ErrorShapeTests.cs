using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Ingress;

/// <summary>One error in each vendor's own words: whole bodies.</summary>
public sealed class ErrorShapeTests
{
    public static TheoryData<int, string> AnthropicTypes => new()
    {
        { 400, "invalid_request_error" }, { 401, "authentication_error" }, { 402, "billing_error" }, { 403, "permission_error" }, { 404, "not_found_error" },
        { 405, "invalid_request_error" }, { 413, "request_too_large" }, { 415, "invalid_request_error" }, { 429, "rate_limit_error" }, { 431, "invalid_request_error" },
        { 500, "api_error" }, { 502, "api_error" }, { 503, "api_error" }, { 504, "api_error" }, { 529, "overloaded_error" },
    };

    [Theory]
    [MemberData(nameof(AnthropicTypes))]
    public async Task Anthropic_Status_HasTheVendorsType(int status, string type)
    {
        var (answered, body) = await WriteAsync(new GatewayError(GatewayErrorKind.UpstreamRejected, "no \"such\" thing") { Status = status }, ErrorShape.Anthropic);
        Assert.Equal(status, answered.StatusCode);
        AssertJson($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"no \"such\" thing"},"request_id":"{{{answered.Headers["x-request-id"]}}}"}""", body);
    }

    [Theory]
    [InlineData(nameof(GatewayErrorKind.UpstreamTimeout), 504, "timeout_error")]
    [InlineData(nameof(GatewayErrorKind.Overloaded), 503, "overloaded_error")]
    public async Task Anthropic_KindWithAWordOfItsOwn_HasIt(string kind, int status, string type)
    {
        var (answered, body) = await WriteAsync(new GatewayError(Enum.Parse<GatewayErrorKind>(kind), "wait"), ErrorShape.Anthropic);
        Assert.Equal((status, type), (answered.StatusCode, (string?)body["error"]!["type"]));
    }

    public static TheoryData<int, string> GoogleCodes => new()
    {
        { 400, "INVALID_ARGUMENT" }, { 401, "UNAUTHENTICATED" }, { 403, "PERMISSION_DENIED" }, { 404, "NOT_FOUND" }, { 405, "INVALID_ARGUMENT" }, { 409, "ABORTED" },
        { 413, "INVALID_ARGUMENT" }, { 429, "RESOURCE_EXHAUSTED" }, { 500, "INTERNAL" }, { 501, "UNIMPLEMENTED" }, { 502, "UNAVAILABLE" }, { 503, "UNAVAILABLE" },
        { 504, "DEADLINE_EXCEEDED" },
    };

    [Theory]
    [MemberData(nameof(GoogleCodes))]
    public async Task Gemini_Status_HasTheVendorsCode(int status, string code)
    {
        var (answered, body) = await WriteAsync(new GatewayError(GatewayErrorKind.UpstreamRejected, "no") { Status = status }, ErrorShape.Gemini);
        Assert.Equal(status, answered.StatusCode);
        AssertJson($$$"""{"error":{"code":{{{status}}},"message":"no","status":"{{{code}}}"}}""", body);
    }

    [Fact]
    public async Task Gemini_FieldAndWait_AreDetails()
    {
        var error = new GatewayError(GatewayErrorKind.RateLimited, "slow down") { Param = "contents[0].role", RetryAfter = TimeSpan.FromSeconds(2.4) };
        var (answered, body) = await WriteAsync(error, ErrorShape.Gemini);
        Assert.Equal("3", answered.Headers.RetryAfter);
        AssertJson("""
            {"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED","details":[
              {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents[0].role","description":"slow down"}]},
              {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}
            """, body);
    }

    [Theory]
    [InlineData("/v1/models", true, "anthropic")]
    [InlineData("/v1/models/x/y", true, "anthropic")]
    [InlineData("/v1/models", false, "openai")]
    [InlineData("/v1/chat/completions", true, "openai")]
    [InlineData("/v1/messages/count_tokens", false, "anthropic")]
    public async Task Header_DecidesWhereThePathIsBoth(string path, bool isAnthropic, string shape)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var nobody = gateway.CreateClient(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isAnthropic) request.Headers.Add("anthropic-version", "2023-06-01");
        var answer = await nobody.FetchAsync(request);
        Assert.Equal((401, shape == "anthropic" ? "authentication_error" : "invalid_request_error"), (answer.Status, (string?)answer.Error["type"]));
        Assert.Equal(shape == "anthropic", answer.Json["request_id"] is not null);
    }

    private static async Task<(HttpResponse Answer, JsonNode Body)> WriteAsync(GatewayError error, ErrorShape shape)
    {
        using var written = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = written } };
        var id = Ulid.New(DateTimeOffset.UnixEpoch);
        context.Features.Set(new RequestIdentity(id));
        context.Response.Headers["x-request-id"] = id.ToString();
        await ErrorWriter.WriteAsync(context, error, shape);
        Assert.Equal("application/json", context.Response.ContentType);
        return (context.Response, JsonNode.Parse(written.ToArray())!);
    }

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual.ToJsonString()}");
}
