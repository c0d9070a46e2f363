using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Simulator;

/// <summary>What is known of one request while it is answered.</summary>
internal sealed class SimulatedCall(SimulatorOptions options, Vendor vendor, Operation operation, HttpRequest request, JsonElement body, byte[] bytes)
{
    private string? hash;

    public SimulatorOptions Options => options;

    public Vendor Vendor => vendor;

    public Operation Operation => operation;

    public JsonElement Body => body;

    /// <summary>The deployment in the path, the response's or the model's id; null where the path has none.</summary>
    public string? PathName { get; init; }

    /// <summary>What is named below <see cref="PathName"/>: the run of a thread.</summary>
    public string? PathChild { get; init; }

    /// <summary>What the request's model is: that of the path (Azure's classic ones, Gemini's, Bedrock's), else the body's <c>model</c>.</summary>
    public string? Model =>
        PathName is not null && (operation is Operation.ChatCompletions or Operation.Embeddings || MediaRoutes.IsMedia(operation) || vendor is Vendor.Gemini or Vendor.Bedrock)
            ? PathName
            : body.FindString("model");

    /// <summary>True when <see cref="Body"/> stands for a form.</summary>
    public bool IsForm => FormBody.IsForm(request);

    public string Method => request.Method;

    /// <summary>Path and query as they were sent, still escaped.</summary>
    public string RawTarget => request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public string? Query(string name) => request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>What an upload brought; null on every other call.</summary>
    public Upload? Upload { get; init; }

    public FaultChoice Fault { get; set; } = FaultChoice.None;

    public long Created => options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>64 hexadecimal digits that follow from path and body: what ids are made of.</summary>
    public string Hash => hash ??= Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(request.Path + "\n" + PathName), .. bytes]));

    public string Id(string prefix, int length, int offset = 0) => string.Concat(prefix, string.Concat(Hash, Hash).AsSpan(offset, length));

    /// <summary>A call that came inside this one: a request of a batch.</summary>
    public SimulatedCall Inside(Operation inner, JsonElement innerBody, byte[] innerBytes) => new(options, vendor, inner, request, innerBody, innerBytes);

    public string? Header(string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
