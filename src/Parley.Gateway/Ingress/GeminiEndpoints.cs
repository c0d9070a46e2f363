using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>
/// Gemini's <c>POST …/models/{model}:{method}</c>. The model may hold slashes, the method stands behind the last colon; both are in
/// the last part of the path, which routing cannot take apart.
/// </summary>
internal static class GeminiEndpoints
{
    internal static void MapGemini(this IEndpointRouteBuilder routes, ExchangePipeline pipeline, string prefix)
    {
        var generate = Surface(prefix, Operation.GenerateContent, isStream: false);
        var stream = Surface(prefix, Operation.GenerateContent, isStream: true);
        var count = Surface(prefix, Operation.CountTokens, isStream: false);
        RequestDelegate run = context =>
        {
            var call = PathName.Read(context, "call");
            var colon = call.LastIndexOf(':');
            var surface = colon < 0 ? null : call.AsSpan(colon + 1) switch
            {
                "generateContent" => generate,
                "streamGenerateContent" => stream,
                "countTokens" => count,
                _ => null,
            };
            if (surface is null) return ErrorWriter.WriteAsync(context, UnknownMethod(call, colon), ErrorShape.Gemini);
            context.Request.RouteValues["model"] = call[..colon];
            return pipeline.RunAsync(context, surface);
        };
        routes.MapPost($"{prefix}/models/{{**call}}", run).RequireRole(KeyRole.Inference);
    }

    private static Surface Surface(string prefix, Operation operation, bool isStream) =>
        new(prefix, operation, Dialect.GeminiContent, ErrorShape.Gemini) { IsModelPath = true, IsStreamPath = isStream };

    private static GatewayError UnknownMethod(string call, int colon)
    {
        var method = colon < 0 ? "" : call[(colon + 1)..];
        var shown = method.Length > 64 ? method[..64] + "…" : method;
        return new GatewayError(GatewayErrorKind.NotFound, $"There is no method '{shown}' here. Call models/{{model}}:generateContent, :streamGenerateContent or :countTokens.");
    }
}
