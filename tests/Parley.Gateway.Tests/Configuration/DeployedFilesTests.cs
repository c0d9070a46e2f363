using System.Text.Json;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Configuration;

/// <summary>What is deployed to Azure Functions, and the quickstart, as far as they can be read here (contracts §2).</summary>
public sealed class DeployedFilesTests
{
    [Fact]
    [Trait("Contract", "2.functions")]
    public void Functions_HostAndFunction_AreACatchAllThatProxies()
    {
        var host = Json("deploy", "functions", "host.json");
        // Forwarding, the older way, reads an answer whole before it sends it.
        Assert.True(host.GetProperty("customHandler").GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.Equal("Parley", host.GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString());
        Assert.Equal("", host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());

        var trigger = Json("deploy", "functions", "proxy", "function.json").GetProperty("bindings")[0];
        Assert.Equal(("httpTrigger", "anonymous", "{*path}"), (trigger.GetProperty("type").GetString(), trigger.GetProperty("authLevel").GetString(), trigger.GetProperty("route").GetString()));
        Assert.Equal(["delete", "get", "head", "options", "patch", "post", "put"], trigger.GetProperty("methods").EnumerateArray().Select(static method => method.GetString()!).Order());

        var settings = Json("deploy", "functions", "local.settings.sample.json").GetProperty("Values");
        Assert.Equal("custom", settings.GetProperty("FUNCTIONS_WORKER_RUNTIME").GetString());
        Assert.All((string[])["AZURE_OPENAI_BASE", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_API_VERSION"], name => Assert.True(settings.TryGetProperty(name, out _), name));
    }

    [Fact]
    public void Quickstart_IsANotebookThatCallsAsTheContractSays()
    {
        var notebook = Json("Quickstart.ipynb");
        Assert.Equal(4, notebook.GetProperty("nbformat").GetInt32());
        var cells = notebook.GetProperty("cells").EnumerateArray().ToList();
        Assert.All(cells, static cell => Assert.Contains(cell.GetProperty("cell_type").GetString(), (string[])["code", "markdown"]));
        Assert.All(cells.Where(static cell => cell.GetProperty("cell_type").GetString() == "code"), static cell => Assert.Equal(0, cell.GetProperty("outputs").GetArrayLength()));
        var text = string.Concat(cells.SelectMany(static cell => cell.GetProperty("source").EnumerateArray()).Select(static line => line.GetString()));
        Assert.Contains("OpenAI(base_url=f\"{HOST}/api/v1\", api_key=\"unused\", default_headers={\"x-functions-key\": KEY})", text, StringComparison.Ordinal);
        Assert.All((string[])["curl", "dspy.LM(", "stream=True", "/api/users", "/mcp", "tools/list", "\"GET\", \"/agents\"", "f\"/agents/{", "/bing-grounding"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    private static JsonElement Json(params string[] path)
    {
        using var document = JsonDocument.Parse(Repository.Read(path));
        return document.RootElement.Clone();
    }
}
