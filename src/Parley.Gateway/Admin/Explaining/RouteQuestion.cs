using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>What the query of <c>POST /admin/route</c> asks: which API the request would come by, and whose it would be.</summary>
/// <param name="Surface">The API.</param>
/// <param name="Caller">The key's holder.</param>
internal sealed record RouteQuestion(Surface Surface, Caller Caller)
{
    private static readonly string[] Surfaces = ["chat", "responses", "messages", "generateContent", "embeddings", "countTokens"];

    internal static (RouteQuestion? Question, GatewayError? Error) Read(HttpContext context, KeyIndex keys, DateTimeOffset now)
    {
        var query = context.Request.Query;
        var (surface, wrong) = ReadSurface(query["surface"].ToString(), query["model"].ToString());
        if (surface is null) return (null, wrong);
        if (surface.IsModelPath) context.Request.RouteValues["model"] = query["model"].ToString();
        var (caller, unknown) = ReadCaller(query["keyId"].ToString(), context, keys, now);
        return caller is null ? (null, unknown) : (new RouteQuestion(surface, caller), null);
    }

    private static (Surface?, GatewayError?) ReadSurface(string name, string model)
    {
        Surface? surface = name switch
        {
            "" or "chat" => Of("/v1", Operation.ChatCompletions, Dialect.OpenAIChat),
            "responses" => Of("/v1", Operation.Responses, Dialect.OpenAIResponses),
            "embeddings" => Of("/v1", Operation.Embeddings, Dialect.OpenAIEmbeddings),
            "messages" => Of("/v1", Operation.Messages, Dialect.AnthropicMessages),
            "generateContent" => Of("/v1beta", Operation.GenerateContent, Dialect.GeminiContent) with { IsModelPath = true },
            // Anthropic names the model in the body, Gemini in the path.
            "countTokens" when model.Length > 0 => Of("/v1beta", Operation.CountTokens, Dialect.GeminiContent) with { IsModelPath = true },
            "countTokens" => Of("/v1", Operation.CountTokens, Dialect.AnthropicMessages),
            _ => null,
        };
        if (surface is null)
        {
            var shown = name.Length > 64 ? name[..64] + "…" : name;
            return (null, Bad($"'{shown}' is no surface.{NearestName.Hint(name, Surfaces)} Known: {string.Join(", ", Surfaces)}.", "surface"));
        }

        return surface.IsModelPath && model.Length == 0
            ? (null, Bad("Gemini names the model in the path, so it is asked for in the query: ?surface=generateContent&model=NAME.", "model"))
            : (surface, null);
    }

    private static (Caller?, GatewayError?) ReadCaller(string id, HttpContext context, KeyIndex keys, DateTimeOffset now)
    {
        if (id.Length == 0) return (context.GetCaller(), null);
        var all = keys.All;
        if (all.FirstOrDefault(key => key.Id == id) is not { } record)
        {
            // Not quoted: whoever mixes up the two would find a key in an answer.
            return (null, new GatewayError(GatewayErrorKind.NotFound, $"There is no key with this id.{NearestName.Hint(id, all.Select(static key => key.Id))} GET /admin/keys lists them; it is the id that is asked for, never the key.") { Code = "key_not_found", Param = "keyId" });
        }

        var indexed = new IndexedKey(record);
        return indexed.RefusalAt(now) switch
        {
            KeyRefusal.Suspended => (null, Refused("key_suspended", "This key is suspended: every call with it is answered 401. PATCH /admin/keys/{id} with {\"suspended\":false} lets it in again.")),
            KeyRefusal.Expired => (null, Refused("key_expired", "This key has expired: every call with it is answered 401. PATCH /admin/keys/{id} with a later \"expiresAt\", or null, lets it in again.")),
            _ when !indexed.Caller.Has(KeyRole.Inference) => (null, Refused("role_missing", "This key may not call models: every such call with it is answered 403. Its role must be inference, or admin.")),
            _ => (indexed.Caller, null),
        };
    }

    private static Surface Of(string prefix, Operation operation, Dialect dialect) => new(prefix, operation, dialect, ErrorShape.Admin);

    private static GatewayError Bad(string message, string field) => new(GatewayErrorKind.BadRequest, message) { Param = field };

    private static GatewayError Refused(string code, string message) => new(GatewayErrorKind.Forbidden, message) { Code = code, Param = "keyId" };
}
