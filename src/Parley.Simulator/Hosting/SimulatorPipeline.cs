using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Simulator;

/// <summary>
/// One request, told in order: 1. read and log it · 2. route · 3. credential · 4. which fault · 5. answer · 6. send.
/// </summary>
internal sealed class SimulatorPipeline(SimulatorOptions options, SimulatorLog log, SimulatorState state)
{
    private const int LoggedBytes = 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        // :: 1. Read and log.
        var (bytes, whole) = await ReadBodyAsync(context).ConfigureAwait(false);
        var received = Describe(context, bytes);
        log.Add(received);
        using var watch = context.RequestAborted.UnsafeRegister(static request => ((SimulatorRequest)request!).MarkAborted(), received);
        try
        {
            if (whole)
                await AnswerAsync(context, received, bytes).ConfigureAwait(false);
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
            if (context.RequestAborted.IsCancellationRequested)
                received.MarkAborted();
            received.MarkFinished();
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatorRequest received, byte[] bytes)
    {
        var request = context.Request;

        // :: 2. Route.
        var path = context.Features.Get<IHttpRequestFeature>()!.Path;
        var speaksAnthropic = request.Headers.ContainsKey("anthropic-version") || request.Headers.ContainsKey("x-api-key");
        var (route, refusal) = SimulatorRouter.Resolve(request.Method, path, request.Query["api-version"], speaksAnthropic);
        var vendor = route?.Vendor ?? SimulatorRouter.VendorOf(path, speaksAnthropic);
        using var document = Parse(bytes);
        var body = document?.RootElement ?? default;
        var call = new SimulatedCall(options, vendor, route?.Operation ?? default, request, body, bytes) 
        {
            PathName = route?.Name,
            PathChild = route?.Child,
        };

        // :: 3. Credential; a path that does not exist is refused first, as at both vendors' front doors.
        refusal ??= Credentials.Check(call);

        // :: 4. The fault: the request's own, else the plan's.
        call.Fault = FaultChoice.FromHeader(call.Header("x-simulator-fault")) ?? FaultChoice.FromModel(call.Model) ?? AgentFate.FaultOf(call, state)
            ?? options.Faults.Take(request.Method, path) ?? FaultChoice.None;

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
        var reply = call.Operation switch
        {
            Operation.ChatCompletions => ChatOperation.Answer(call),
            Operation.Responses when AgentResponsesOperation.IsFor(call) => AgentResponsesOperation.Answer(call, state),
            Operation.Responses => ResponsesOperation.Answer(call, state.Responses),
            Operation.RetrieveResponse => ResponsesOperation.Retrieve(call, state.Responses),
            Operation.DeleteResponse => ResponsesOperation.Delete(call, state.Responses),
            Operation.Embeddings => EmbeddingsOperation.Answer(call),
            Operation.ListModels => ModelsOperation.List(call),
            Operation.RetrieveModel => ModelsOperation.Retrieve(call),
            Operation.Messages => MessagesOperation.Answer(call),
            Operation.CountMessageTokens => MessagesOperation.CountTokens(call),
            Operation.ListClaudeModels => ClaudeModelsOperation.List(),
            Operation.RetrieveClaudeModel => ClaudeModelsOperation.Retrieve(call),
            Operation.GenerateContent or Operation.StreamGenerateContent => GenerateContentOperation.Answer(call),
            Operation.CountContentTokens => GenerateContentOperation.CountTokens(call),
            Operation.EmbedContent or Operation.BatchEmbedContents => EmbedContentOperation.Answer(call),
            Operation.ListGeminiModels => GeminiModelsOperation.List(),
            Operation.RetrieveGeminiModel => GeminiModelsOperation.Retrieve(call),
            Operation.Converse or Operation.ConverseStream => ConverseOperation.Answer(call),
            Operation.InvokeModel => InvokeModelOperation.Answer(call),
            Operation.RetrieveAssistant => ThreadsOperation.RetrieveAssistant(call),
            Operation.CreateThread => ThreadsOperation.Create(call, state),
            Operation.RetrieveThread => ThreadsOperation.Retrieve(call, state),
            Operation.DeleteThread => ThreadsOperation.Delete(call, state),
            Operation.CreateThreadMessage => ThreadsOperation.CreateMessage(call, state),
            Operation.ListThreadMessages => ThreadsOperation.ListMessages(call, state),
            Operation.CreateRun => RunsOperation.Create(call, state),
            Operation.CreateThreadAndRun => RunsOperation.CreateWithThread(call, state),
            Operation.RetrieveRun => RunsOperation.Retrieve(call, state),
            Operation.CancelRun => RunsOperation.Cancel(call, state),
            Operation.ListRunSteps => RunsOperation.ListSteps(call, state),
            Operation.CreateAgent => AgentsOperation.Create(call, state),
            Operation.RetrieveAgent => AgentsOperation.Retrieve(call, state),
            Operation.CreateConversation => ConversationsOperation.Create(call, state),
            Operation.RetrieveConversation => ConversationsOperation.Retrieve(call, state),
            Operation.DeleteConversation => ConversationsOperation.Delete(call, state),
            Operation.ListConversationItems => ConversationsOperation.ListItems(call, state),
            _ => throw new InvalidOperationException($"No answer to {call.Operation}."),
        };
        var errorInstead = call.Fault.Name == "error-body" || (call.Fault.Name is "error-first-event" or "error-event" && reply.Events is null);
        return errorInstead && reply.Status == 200 ? StatusFaults.Inside(call).ToReply(call) with { Status = 200 } : reply;
    }

    private static bool MayBeEmpty(Operation operation) => operation is Operation.CreateThread or Operation.CancelRun or Operation.CreateConversation;

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

    private static async Task<(byte[] Bytes, bool Whole)> ReadBodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, LoggedBytes));
        try
        {
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted).ConfigureAwait(false);
            return (buffer.ToArray(), true);
        }
        catch (Exception left) when (left is OperationCanceledException or IOException)
        {
            return (buffer.ToArray(), false);
        }
    }

    private static SimulatorRequest Describe(HttpContext context, byte[] bytes)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
                headers.Add(new(name, value ?? ""));
        }
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var truncated = bytes.Length > LoggedBytes;
        var keyInUrl = context.Request.Query.ContainsKey("key");
        return new SimulatorRequest(context.Request.Method, target, headers, truncated ? bytes[..LoggedBytes] : bytes, truncated, keyInUrl);
    }
}
