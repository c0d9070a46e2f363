using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Simulator;

/// <summary>
/// One request, told in order: 1. route · 2. read and log it · 3. credential · 4. which fault · 5. answer · 6. send.
/// </summary>
internal sealed class SimulatorPipeline(SimulatorOptions options, SimulatorLog log, SimulatorState state)
{
    private const int LoggedBytes = 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        // :: 1. Route: where it goes says how it is read.
        var request = context.Request;
        var path = context.Features.Get<IHttpRequestFeature>()!.Path;
        var speaksAnthropic = request.Headers.ContainsKey("anthropic-version") || request.Headers.ContainsKey("x-api-key");
        var (route, refusal) = SimulatorRouter.Resolve(request.Method, path, request.Query["api-version"], speaksAnthropic);
        var vendor = route?.Vendor ?? SimulatorRouter.VendorOf(path, speaksAnthropic);

        // :: 2. Read and log.
        var arrived = await (route?.Operation == Operation.UploadFile ? ReadUploadAsync(context) : ReadAsync(context)).ConfigureAwait(false);
        var received = Describe(context, arrived);
        log.Add(received);
        using var watch = context.RequestAborted.UnsafeRegister(static request => ((SimulatorRequest)request!).MarkAborted(), received);
        try
        {
            if (arrived.Whole)
                await AnswerAsync(context, received, vendor, route, refusal, arrived).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is no one to answer.
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            // As above, noticed in a write.
        }
        finally
        {
            // A body that breaks off is noticed before the connection's end is.
            if (!arrived.Whole || context.RequestAborted.IsCancellationRequested)
                received.MarkAborted();
            received.MarkFinished();
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatorRequest received, Vendor vendor, Route? route, Refusal? refusal, Arrived arrived)
    {
        var request = context.Request;
        using var document = arrived.Upload is null && FormBody.IsForm(request) ? await FormBody.ParseAsync(request, arrived.Bytes).ConfigureAwait(false) : Parse(arrived.Bytes);
        var body = document?.RootElement ?? default;
        var call = new SimulatedCall(options, vendor, route?.Operation ?? default, request, body, arrived.Bytes)
        {
            PathName = route?.Name,
            PathChild = route?.Child,
            Upload = arrived.Upload,
        };

        // :: 3. Credential; a path that does not exist is refused first, as at both vendors' front doors.
        refusal ??= Credentials.Check(call);

        // :: 4. The fault: the request's own, else the plan's.
        call.Fault = FaultChoice.FromHeader(call.Header("x-simulator-fault")) ?? FaultChoice.FromModel(call.Model) ?? AgentFate.FaultOf(call, state)
            ?? options.Faults.Take(request.Method, context.Features.Get<IHttpRequestFeature>()!.Path) ?? FaultChoice.None;

        // :: 5. Answer, and 6. send while the body's document is alive: streams are made as they are sent.
        var reply = refusal is not null ? refusal.ToReply(call) : Answer(call, request, document is not null);
        await new ReplySender(context, call, received).SendAsync(reply).ConfigureAwait(false);
    }

    private SimulatedReply Answer(SimulatedCall call, HttpRequest request, bool isJson)
    {
        if (call.Fault.Fault.Kind == SimulatorFaultKind.Status)
            return StatusFaults.Reply(call, options.TimeProvider);
        if (request.Method == HttpMethods.Post && (!isJson || call.Body.ValueKind != JsonValueKind.Object) && !(call.Bytes.IsEmpty && MayBeEmpty(call.Operation)))
            return NotJson(call).ToReply(call);
        if (call.IsForm && call.Operation != Operation.UploadFile && !MediaRoutes.TakesForm(call.Operation))
            return CommonRules.NotJson.ToReply(call);
        if (!call.IsForm && MediaRoutes.TakesForm(call.Operation) && call.Operation != Operation.EditImages)
            return CommonRules.NotAForm.ToReply(call);
        var reply = MediaRoutes.IsMedia(call.Operation) ? MediaRoutes.Answer(call) : SimulatorOperations.Answer(call, state);
        var errorInstead = call.Fault.Name == "error-body" || (call.Fault.Name is "error-first-event" or "error-event" && reply.Events is null);
        return errorInstead && reply.Status == 200 ? StatusFaults.Inside(call).ToReply(call) with { Status = 200 } : reply;
    }

    private static bool MayBeEmpty(Operation operation) => operation is
        Operation.CreateThread or Operation.CancelRun or Operation.CreateConversation or Operation.CancelBatch or Operation.UploadFile;

    private static Refusal NotJson(SimulatedCall call) => call.Vendor switch
    {
        Vendor.Anthropic or Vendor.AzureAnthropic => AnthropicRefusal.Invalid("The request body is not valid JSON: expected an object at line 1 column 1 (char 0)"),
        Vendor.Gemini => GeminiRefusal.Invalid("Invalid JSON payload received. Expected an object key or }.\n\n^"),
        Vendor.Bedrock => new BedrockRefusal(400, "SerializationException", "STRING_VALUE can not be converted to a Structure"),
        _ => CommonRules.NotJson,
    };

    private static JsonDocument? Parse(byte[] bytes)
    {
        try
        {
            if (bytes.Length == 0)
                return null;
            CheckText(bytes);
            return JsonDocument.Parse(bytes);
        }
        // Half of a surrogate pair fits JSON's grammar and is no text: the vendors refuse such a body as not JSON ("no low surrogate in string").
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void CheckText(byte[] bytes)
    {
        if (bytes.AsSpan().IndexOf("\\ud"u8) < 0 && bytes.AsSpan().IndexOf("\\uD"u8) < 0)
            return;
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                reader.GetString();
        }
    }

    private static async Task<Arrived> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, LoggedBytes));
        var whole = await NotLeftAsync(context.Request.Body.CopyToAsync(buffer, context.RequestAborted)).ConfigureAwait(false);
        var bytes = buffer.ToArray();
        var longer = bytes.Length > LoggedBytes;
        return new Arrived(bytes, longer ? bytes[..LoggedBytes] : bytes, longer, whole, null);
    }

    private async Task<Arrived> ReadUploadAsync(HttpContext context)
    {
        // However long it is: nothing of it is kept but its beginning.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        using var body = new WatchedBody(context.Request.Body, LoggedBytes, state.Uploaded);
        var reading = UploadReader.ReadAsync(context.Request, body, context.RequestAborted);
        var whole = await NotLeftAsync(reading).ConfigureAwait(false);
        return new Arrived([], body.Head, body.IsLonger, whole, whole ? await reading.ConfigureAwait(false) : null);
    }

    private static async Task<bool> NotLeftAsync(Task reading)
    {
        try
        {
            await reading.ConfigureAwait(false);
            return true;
        }
        catch (Exception left) when (left is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private static SimulatorRequest Describe(HttpContext context, Arrived arrived)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
                headers.Add(new(name, value ?? ""));
        }
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var keyInUrl = context.Request.Query.ContainsKey("key");
        return new SimulatorRequest(context.Request.Method, target, headers, arrived.Head, arrived.IsLonger, keyInUrl);
    }

    /// <summary>A request's body: whole in <c>Bytes</c> (an upload's is nowhere whole), its beginning in <c>Head</c>; not <c>Whole</c>: the client left.</summary>
    private sealed record Arrived(byte[] Bytes, byte[] Head, bool IsLonger, bool Whole, Upload? Upload);
}
