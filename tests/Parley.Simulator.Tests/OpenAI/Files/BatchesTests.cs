using System.Text.Json;
using Parley.Testing;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI.Files;

public sealed class BatchesTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = new ManualTimeProvider() }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1", "", "/v1/chat/completions")]
    [InlineData("/openai/v1", "", "/v1/chat/completions")]
    [InlineData("/openai", "?api-version=2024-10-21", "/chat/completions")]
    public async Task Batch_AskedForAgainAndAgain_IsDoneAndItsOutputIsAFile(string prefix, string query, string endpoint)
    {
        var file = await client.UploadedAsync($"{Line("one", "hello", endpoint)}\n{Line("two", "world", endpoint)}\n{Line("three", "x", endpoint, model: "sim-fault-429")}\n", path: $"{prefix}/files{query}");
        var made = await client.PostAsync($"{prefix}/batches{query}", Body(file, endpoint));
        var id = made.Json.GetProperty("id").GetString();
        Assert.Equal($$"""{"id":"{{id}}","object":"batch","endpoint":"{{endpoint}}","errors":null,"input_file_id":"{{file}}","completion_window":"24h","status":"validating","output_file_id":null,"error_file_id":null,"created_at":1767225600,"in_progress_at":null,"expires_at":1767312000,"finalizing_at":null,"completed_at":null,"failed_at":null,"expired_at":null,"cancelling_at":null,"cancelled_at":null,"request_counts":{"total":0,"completed":0,"failed":0},"metadata":null}""", made.Text);
        Assert.Equal("in_progress", (await client.ReadAsync($"{prefix}/batches/{id}{query}")).Json.GetProperty("status").GetString());
        var done = (await client.ReadAsync($"{prefix}/batches/{id}{query}")).Json;
        Assert.Equal("completed", done.GetProperty("status").GetString());
        Assert.Equal("""{"total":3,"completed":2,"failed":1}""", done.GetProperty("request_counts").GetRawText());
        var output = await LinesAsync("output_file_id");
        Assert.Equal(["one", "two"], output.Select(line => line.GetProperty("custom_id").GetString()));
        Assert.Equal(["[simulated] hello", "[simulated] world"], output.Select(line =>
            line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()));
        Assert.All(output, line => Assert.Equal(200, line.GetProperty("response").GetProperty("status_code").GetInt32()));
        var refused = Assert.Single(await LinesAsync("error_file_id"));
        Assert.Equal(("three", 429), (refused.GetProperty("custom_id").GetString(), refused.GetProperty("response").GetProperty("status_code").GetInt32()));
        Assert.Equal(["batch", "batch_output", "batch_output"], host.Files.Select(one => one.Purpose));

        async Task<List<JsonElement>> LinesAsync(string name)
        {
            var content = await client.ReadAsync($"{prefix}/files/{done.GetProperty(name).GetString()}/content{query}");
            return [.. content.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        }
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"gpt-4o","input":"hello"}""", "response")]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","input":"hello"}""", "list")]
    public async Task Batch_OfAnotherEndpoint_IsAnsweredThere(string endpoint, string body, string kind)
    {
        var file = await client.UploadedAsync($$"""{"custom_id":"a","method":"POST","url":"{{endpoint}}","body":{{body}}}""");
        var done = await DoneAsync(Body(file, endpoint));
        var content = await client.ReadAsync($"/v1/files/{done.GetProperty("output_file_id").GetString()}/content");
        Assert.Equal(kind, Parse(content.Text).GetProperty("response").GetProperty("body").GetProperty("object").GetString());
    }

    [Theory]
    [InlineData("not json", "invalid_json_line", 1)]
    [InlineData("\n{\"method\":\"POST\"}", "missing_required_parameter", 2)]
    [InlineData("""{"custom_id":"a","method":"GET","url":"/v1/chat/completions","body":{}}""", "invalid_method", 1)]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{}}""", "mismatched_url", 1)]
    [InlineData("\n \n", "empty_file", null)]
    public async Task Batch_WithABadLine_Fails(string content, string code, int? line)
    {
        var done = await DoneAsync(Body(await client.UploadedAsync(content), "/v1/chat/completions"));
        Assert.Equal("failed", done.GetProperty("status").GetString());
        var error = done.GetProperty("errors").GetProperty("data")[0];
        Assert.Equal((code, line), (error.GetProperty("code").GetString(), error.GetProperty("line") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null));
        Assert.Equal(JsonValueKind.Null, done.GetProperty("output_file_id").ValueKind);
    }

    [Fact]
    public async Task Batch_WhoseInputIsLongerThanIsKept_FailsAndSaysSo()
    {
        var made = await client.UploadAsync(new PatternContent((1024 * 1024) + 1));
        var done = await DoneAsync(Body(made.Json.GetProperty("id").GetString()!, "/v1/chat/completions"));
        Assert.Equal("file_too_large", done.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Batch_Cancelled_Ends()
    {
        var id = (await client.PostAsync("/v1/batches", Body(await client.UploadedAsync(Line("a", "x")), "/v1/chat/completions"))).Json.GetProperty("id").GetString();
        using var cancelled = await client.PostAsync($"/v1/batches/{id}/cancel", content: null, Soon);
        Assert.Equal("cancelling", Parse(await cancelled.Content.ReadAsStringAsync(Soon)).GetProperty("status").GetString());
        Assert.Equal("cancelled", (await client.ReadAsync($"/v1/batches/{id}")).Json.GetProperty("status").GetString());
        using var again = await client.PostAsync($"/v1/batches/{id}/cancel", content: null, Soon);
        Assert.Equal(409, (int)again.StatusCode);
    }

    [Fact]
    public async Task List_NewestFirst_InPages()
    {
        var file = await client.UploadedAsync(Line("a", "x"));
        var ids = new List<string?>();
        for (var i = 0; i < 3; i++)
            ids.Insert(0, (await client.PostAsync("/v1/batches", Body(file, "/v1/chat/completions"))).Json.GetProperty("id").GetString());
        var first = (await client.ReadAsync("/v1/batches?limit=2")).Json;
        Assert.Equal(ids[..2], first.GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("id").GetString()));
        Assert.True(first.GetProperty("has_more").GetBoolean());
        var rest = (await client.ReadAsync($"/v1/batches?limit=2&after={ids[1]}")).Json;
        Assert.Equal((ids[2], false), (Assert.Single(rest.GetProperty("data").EnumerateArray()).GetProperty("id").GetString(), rest.GetProperty("has_more").GetBoolean()));
    }

    [Theory]
    [InlineData("""{"endpoint":"/v1/chat/completions","completion_window":"24h"}""", 400, "Missing required parameter: 'input_file_id'.")]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/images","completion_window":"24h"}""", 400, "Invalid value: '/v1/images'. Supported values are: '/v1/chat/completions', '/v1/embeddings', '/v1/responses'.")]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"1h"}""", 400, "Invalid value: '1h'. Supported values are: '24h'.")]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}""", 404, "No such File object: file-1")]
    [InlineData("""{"input_file_id":7,"endpoint":"/v1/chat/completions","completion_window":"24h"}""", 400, "Invalid type for 'input_file_id': expected a string, but got an integer instead.")]
    public async Task WrongBody_IsRefused(string body, int status, string message)
    {
        var refused = await client.PostAsync("/v1/batches", body);
        Assert.Equal((status, message), (refused.Status, refused.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Input_OfAnotherPurpose_IsRefused()
    {
        var refused = await client.PostAsync("/v1/batches", Body(await client.UploadedAsync("x", "user_data"), "/v1/chat/completions"));
        Assert.Equal((400, "Expected file to have purpose 'batch', but got 'user_data' instead."), (refused.Status, refused.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("/v1/batches/batch_1", """{"error":{"message":"No batch found with id 'batch_1'.","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("/openai/batches/batch_1?api-version=2024-10-21", """{"error":{"code":"resourceNotFound","message":"Batch with id batch_1 not found."}}""")]
    [InlineData("/openai/batches/batch_1", """{"error":{"code":"404","message":"Resource not found"}}""")]
    public async Task Batch_Unknown_IsRefusedAsTheVendorDoes(string path, string body)
    {
        var refused = await client.ReadAsync(path);
        Assert.Equal((404, body), (refused.Status, refused.Text));
    }

    private async Task<JsonElement> DoneAsync(string body)
    {
        var id = (await client.PostAsync("/v1/batches", body)).Json.GetProperty("id").GetString();
        await client.ReadAsync($"/v1/batches/{id}");
        return (await client.ReadAsync($"/v1/batches/{id}")).Json;
    }

    private static string Body(string file, string endpoint) => $$"""{"input_file_id":"{{file}}","endpoint":"{{endpoint}}","completion_window":"24h"}""";

    private static string Line(string id, string text, string url = "/v1/chat/completions", string model = "gpt-4o") =>
        $$"""{"custom_id":"{{id}}","method":"POST","url":"{{url}}","body":{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}] } }""";
}
