using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Azure;

namespace Parley.Gateway.Users.Tables;

/// <summary>
/// One partition of one table, over the REST API of Azure Table Storage and Azure.Core's pipeline, which retries and signs in. Refusals are
/// replies; what is no answer at all is a <see cref="UserStoreException"/>.
/// </summary>
internal sealed class TableClient
{
    private const string Scope = "https://storage.azure.com/.default";

    private readonly HttpPipeline _pipeline;
    private readonly TableAccount _account;
    private readonly string _table;

    private TableClient(HttpPipeline pipeline, TableAccount account, string table, string partition) =>
        (_pipeline, _account, _table, Partition) = (pipeline, account, table, partition);

    public string Partition { get; }

    /// <param name="account">Where, and how to sign in.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="time">The clock that signatures are dated by.</param>
    /// <param name="credentials">In place of Azure.Identity's credentials; null for those.</param>
    /// <param name="transport">In place of the network; null for that.</param>
    public static TableClient Create(
        TableAccount account, string table, string partition, TimeProvider time, Func<ProviderAuthConfig, TokenCredential>? credentials, HttpPipelineTransport? transport = null)
    {
        HttpPipelinePolicy[] signing = account switch
        {
            { Signature: not null } => [],
            { Key: { } key } => [new SharedKeyLitePolicy(account.Name, key, time)],
            _ => [new BearerTokenAuthenticationPolicy((credentials ?? EntraCredentials.Create)(new ProviderAuthConfig(ProviderAuthKind.Default)), Scope)],
        };
        // Behind the retries: a token may have expired, and a date is good for a quarter of an hour.
        return new TableClient(HttpPipelineBuilder.Build(new TableClientOptions(transport), [], signing, responseClassifier: null), account, table, partition);
    }

    public Task<TableReply> FindAsync(string rowKey, CancellationToken cancellation) => SendAsync(RequestMethod.Get, Entity(rowKey), null, null, cancellation);

    public Task<TableReply> InsertAsync(byte[] body, CancellationToken cancellation) => SendAsync(RequestMethod.Post, _table, null, body, cancellation);

    /// <summary>Changes the columns that <paramref name="body"/> names and leaves the others.</summary>
    public Task<TableReply> MergeAsync(string rowKey, string etag, byte[] body, CancellationToken cancellation) =>
        SendAsync(RequestMethod.Patch, Entity(rowKey), etag, body, cancellation);

    public Task<TableReply> DeleteAsync(string rowKey, CancellationToken cancellation) => SendAsync(RequestMethod.Delete, Entity(rowKey), "*", null, cancellation);

    public Task<TableReply> CreateTableAsync(CancellationToken cancellation) =>
        SendAsync(RequestMethod.Post, "Tables", null, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = _table }), cancellation);

    // OData: an apostrophe is written twice.
    private string Entity(string rowKey) =>
        $"{_table}(PartitionKey='{Uri.EscapeDataString(Partition.Replace("'", "''", StringComparison.Ordinal))}',RowKey='{Uri.EscapeDataString(rowKey.Replace("'", "''", StringComparison.Ordinal))}')";

    private async Task<TableReply> SendAsync(RequestMethod method, string path, string? ifMatch, byte[]? body, CancellationToken cancellation)
    {
        using var message = _pipeline.CreateMessage();
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(new Uri($"{_account.Endpoint}/{path}{(_account.Signature is { } signature ? "?" + signature : "")}"));
        request.Headers.SetValue("x-ms-version", "2019-02-02");
        request.Headers.SetValue("DataServiceVersion", "3.0");
        request.Headers.SetValue("Accept", "application/json;odata=nometadata");
        if (ifMatch is not null) request.Headers.SetValue("If-Match", ifMatch);
        if (body is not null)
        {
            request.Headers.SetValue("Content-Type", "application/json");
            request.Headers.SetValue("Prefer", "return-no-content");
            request.Content = RequestContent.Create(body);
        }

        try
        {
            await _pipeline.SendAsync(message, cancellation).ConfigureAwait(false);
            return Read(message);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the pipeline, the network or a credential throws: there is no answer. Texts of theirs name hosts, never a key.
            throw new UserStoreException($"Azure Table Storage ({_account.Endpoint}) could not be asked for users: {Reason(exception)}", exception);
        }
    }

    // After several tries the pipeline throws what each of them threw; the last says how it is now.
    private static string Reason(Exception exception) => ((exception as AggregateException)?.InnerExceptions[^1] ?? exception).GetBaseException().Message;

    private static TableReply Read(HttpMessage message)
    {
        var response = message.Response;
        response.Headers.TryGetValue("x-ms-error-code", out var code);
        response.Headers.TryGetValue("ETag", out var etag);
        JsonElement? entity = null;
        if (response.Status != 204 && response.Content.ToMemory() is { IsEmpty: false } content && IsJson(response.Headers.ContentType))
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement.Clone();
            if (response.Status == 200) entity = root;
            else if (code is null && root.TryGetProperty("odata.error", out var error) && error.TryGetProperty("code", out var text)) code = text.GetString();
        }

        return new TableReply(response.Status, code, etag, entity, message.ProcessingContext.RetryNumber > 0);
    }

    private static bool IsJson(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType == "application/json";
}
