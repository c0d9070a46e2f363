// The floor: the least that a reverse proxy in .NET can do with the parts in the box and their default settings.
// Kestrel takes the request, SocketsHttpHandler sends it on, the answer is copied read by read with a flush after each.
// No key, no look at the body, no records: what Parley costs is measured against this.
//
//   dotnet Floor.dll --urls http://127.0.0.1:8081 --upstream http://127.0.0.1:9000

using System.Buffers;
using System.Net;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
var app = builder.Build();

var upstream = app.Configuration["upstream"] ?? throw new InvalidOperationException("--upstream http://host:port is missing");
using var client = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    UseCookies = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    ActivityHeadersPropagator = null,
});

app.Run(async context =>
{
    var (asked, answer, left) = (context.Request, context.Response, context.RequestAborted);

    using var request = new HttpRequestMessage(new HttpMethod(asked.Method), $"{upstream}{asked.Path}{asked.QueryString}");
    if (asked.ContentLength is not null || asked.Headers.TransferEncoding.Count > 0)
        request.Content = new StreamContent(asked.Body);
    foreach (var (name, values) in asked.Headers)
        if (!IsHopByHop(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());

    using var reply = await client.SendAsync(request, left);
    answer.StatusCode = (int)reply.StatusCode;
    foreach (var (name, values) in reply.Headers.NonValidated)
        if (!IsHopByHop(name))
            answer.Headers[name] = values.ToArray();
    foreach (var (name, values) in reply.Content.Headers.NonValidated)
        answer.Headers[name] = values.ToArray();

    using var body = await reply.Content.ReadAsStreamAsync(left);
    var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    try
    {
        for (int read; (read = await body.ReadAsync(buffer, left)) > 0;)
        {
            await answer.Body.WriteAsync(buffer.AsMemory(0, read), left);
            await answer.Body.FlushAsync(left);
        }
    }
    finally
    {
        ArrayPool<byte>.Shared.Return(buffer);
    }
});

await app.RunAsync();

static bool IsHopByHop(string name) =>
    name.Equals("Host", StringComparison.OrdinalIgnoreCase)
    || name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
    || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase)
    || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
    || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);
