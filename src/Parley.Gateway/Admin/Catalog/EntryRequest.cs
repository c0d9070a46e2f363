using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>Reads the body of a write as a configuration document: the same JSON as the file, comments and all.</summary>
internal static class EntryRequest
{
    /// <summary>The most bytes of one entry.</summary>
    public const int MostBytes = 512 * 1024;

    /// <summary>The most bytes of <c>PUT /admin/config</c>, which holds all of them: as much as the file may have.</summary>
    public const int MostConfigBytes = BoundedFile.MaxBytes;

    /// <summary>The body, an object; or why it is none.</summary>
    public static async ValueTask<(ConfigurationNode? Node, GatewayError? Error)> ReadAsync(HttpContext context, int mostBytes, BufferedBytesBudget budget, LimitsConfig limits)
    {
        using var body = new RequestBody(budget, limits.BufferedBytes);
        if (await RequestBodyReader.ReadAsync(context, body, limits with { BodyBytes = mostBytes }) is { } refused)
            return (null, refused.Kind == GatewayErrorKind.BodyTooLarge ? refused with { Message = $"The body is larger than {mostBytes / 1024} KB." } : refused);
        return Parse(body.Memory);
    }

    private static (ConfigurationNode?, GatewayError?) Parse(ReadOnlyMemory<byte> body)
    {
        var problems = new ConfigurationProblems();
        var node = ConfigurationDocument.Parse("", body, variables: null, problems);
        if (problems.Errors is [var first, ..])
        {
            var place = first.Line > 0 ? $"line {first.Line}, column {first.Column}: " : "";
            return (null, EntryRefusals.BadRequest(first.Path.Length > 0 ? first.Path : null, $"The body cannot be read: {place}{first.Message}", "invalid_json"));
        }

        return node is { Kind: ConfigurationNodeKind.Object }
            ? (node, null)
            : (null, EntryRefusals.BadRequest(null, "The body must be a JSON object.", "invalid_json"));
    }
}
