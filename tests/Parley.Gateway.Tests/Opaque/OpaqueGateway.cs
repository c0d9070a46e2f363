using System.Net.Http.Headers;
using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Opaque;

/// <summary>A gateway with a model for each operation that is passed on unread, on providers that have it and on providers that do not.</summary>
public sealed class OpaqueGateway : IAsyncLifetime
{
    internal GatewayHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await StartAsync();

    internal static Task<GatewayHost> StartAsync(string more = "") => GatewayHost.StartAsync(new()
    {
        Config = up => $$"""
            {
              "providers": {
                "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
                "classic": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "apiVersion": "2025-04-01-preview", "urlStyle": "classic",
                             "deployments": { "a-instruct": "gpt-3.5-turbo-instruct", "a-image": "gpt-image-1", "a-voice": "gpt-4o-mini-tts", "a-scribe": "whisper-1",
                                              "a-sonnet": "claude-sonnet-4-5" } },
                "modern": { "type": "azure-openai", "endpoint": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}", "urlStyle": "v1",
                            "deployments": { "m-image": "gpt-image-1", "m-scribe": "whisper-1" } },
                "claude": { "type": "anthropic", "baseUrl": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}" },
                "gemini": { "type": "gemini", "baseUrl": "{{up}}", "apiKey": "{{Wire.UpstreamKey}}" },
                "groq": { "type": "groq", "baseUrl": "{{up}}v1", "apiKey": "{{Wire.UpstreamKey}}" }
              },
              "models": [
                { "modelId": "instruct", "targets": [ { "provider": "lab", "model": "gpt-3.5-turbo-instruct" } ] },
                { "modelId": "image", "targets": [ { "provider": "lab", "model": "gpt-image-1" } ] },
                { "modelId": "dalle", "targets": [ { "provider": "lab", "model": "dall-e-2" } ] },
                { "modelId": "voice", "targets": [ { "provider": "lab", "model": "gpt-4o-mini-tts" } ] },
                { "modelId": "whisper", "targets": [ { "provider": "lab", "model": "whisper-1" } ] },
                { "modelId": "scribe", "targets": [ { "provider": "lab", "model": "gpt-4o-transcribe" } ] },
                { "modelId": "judge", "targets": [ { "provider": "lab", "model": "omni-moderation-latest" } ] },
                { "modelId": "sonnet", "targets": [ { "provider": "claude", "model": "claude-sonnet-4-5" } ] },
                { "modelId": "mixed", "targets": [ { "provider": "claude", "model": "claude-sonnet-4-5" }, { "provider": "gemini", "model": "gemini-2.5-flash" } ] },
                { "modelId": "either", "targets": [ { "provider": "claude", "model": "claude-sonnet-4-5" }, { "provider": "lab", "model": "gpt-image-1", "priority": 2 } ] },
                { "modelId": "azure-sonnet", "targets": [ { "provider": "classic", "model": "a-sonnet" } ] },
                { "modelId": "fast", "targets": [ { "provider": "groq", "model": "whisper-1" } ] }
              ] {{more}}
            }
            """,
    });

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        Host.Log.AssertKeptSecret();
    }

    /// <summary>A form with these fields in this order; a field whose value begins with <c>@</c> is a file of that name.</summary>
    internal static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent("----parley-test");
        foreach (var (name, value) in fields)
        {
            if (value.StartsWith('@')) form.Add(new ByteArrayContent(Sound) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, name, value[1..]);
            else form.Add(new StringContent(value), name);
        }

        return form;
    }

    /// <summary>Bytes that are no text, with what looks like a boundary in them.</summary>
    internal static byte[] Sound { get; } = [.. "RIFF"u8, 0, 1, 2, 0xFF, .. "\r\n------parley-tes"u8, 13, 10, 0xFE, .. Encoding.UTF8.GetBytes(Wire.Prompt)];

    /// <summary>Posts and reads the answer whole, as bytes.</summary>
    internal static async Task<(HttpResponseMessage Answer, byte[] Body)> PostAsync(HttpClient client, string path, HttpContent content)
    {
        var answer = await client.PostAsync(path, content, GatewayCalls.Limit());
        return (answer, await answer.Content.ReadAsByteArrayAsync(GatewayCalls.Limit()));
    }
}
