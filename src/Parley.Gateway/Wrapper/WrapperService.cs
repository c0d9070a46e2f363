using System.Buffers;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Wrapper;

/// <summary>What <c>/completion</c> and <c>/chat</c> do (contracts §4), without their HTTP: asks the default model, or the one that is named, gives its text or the error.</summary>
internal sealed class WrapperService(ModelCalls calls, SnapshotHolder snapshots)
{
    /// <summary>What <c>/completion</c> asks when it is not told.</summary>
    internal const string DefaultQuery = "how are you?";

    /// <summary>How the default model is called.</summary>
    internal static readonly Surface Surface = new("", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.Detail);

    /// <summary>Asks one question.</summary>
    /// <param name="origin">Whose question it is.</param>
    /// <param name="query">The question; the default one for none.</param>
    /// <param name="named">The model; the default one for null.</param>
    /// <param name="cancellation">Gives the call up.</param>
    internal Task<TextAnswer> CompleteAsync(CallOrigin origin, string? query, string? named, CancellationToken cancellation)
    {
        if ((named ?? DefaultModel.NameOf(snapshots.Current)) is not { } model) return Task.FromResult(NoModel());
        var body = new ArrayBufferWriter<byte>(256);
        var output = Begin(body, model);
        output.BeginObject().Member("role"u8, "user"u8).Member("content"u8, JsonString.From(string.IsNullOrEmpty(query) ? DefaultQuery : query)).EndObject();
        output.EndArray().EndObject();
        return AskAsync(origin, body.WrittenMemory, cancellation);
    }

    /// <summary>Goes on with a conversation, of which <see cref="ChatInput.Faults"/> has found nothing wrong.</summary>
    /// <inheritdoc cref="CompleteAsync"/>
    internal Task<TextAnswer> ChatAsync(CallOrigin origin, ChatInput input, string? named, CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        if ((named ?? DefaultModel.NameOf(snapshot)) is not { } model) return Task.FromResult(NoModel());
        var body = new ArrayBufferWriter<byte>(1024);
        var output = Begin(body, model);
        if (!input.Messages[0].IsInstruction)
        {
            // A model with no place for instructions (o1-mini) has them merged into the first user message by the pipeline.
            var role = WantDeveloper(DefaultModel.TargetsOf(snapshot.Catalog, model)) ? "developer"u8 : "system"u8;
            output.BeginObject().Member("role"u8, role).Member("content"u8, JsonString.From(snapshot.Config.SystemPrompt)).EndObject();
        }

        foreach (var message in input.Messages) output.BeginObject().Member("role"u8, message.Role).Member("content"u8, message.Content).EndObject();
        output.EndArray().EndObject();
        return AskAsync(origin, body.WrittenMemory, cancellation);
    }

    private async Task<TextAnswer> AskAsync(CallOrigin origin, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        WithheldAnswer.OrError(await calls.AskAsync(origin, Surface, body, cancellation));

    private static JsonOutput Begin(ArrayBufferWriter<byte> body, string model) =>
        new JsonOutput(body).BeginObject().Member("model"u8, JsonString.From(model)).BeginArray("messages"u8);

    // Only OpenAI's own API knows the role: a compatible server may serve a model of the same name.
    private static bool WantDeveloper(IReadOnlyList<RouteTarget> targets) =>
        targets.Count > 0 && targets.All(static target => target.Traits.WantsDeveloperRole && target.Provider.Config.Type is ProviderType.OpenAI or ProviderType.AzureOpenAI);

    private static TextAnswer NoModel() => new(DefaultModel.Missing, "", FinishReason.None, new HeaderDictionary());
}
