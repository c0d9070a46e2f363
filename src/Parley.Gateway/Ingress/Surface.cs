using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;

namespace Parley.Gateway.Ingress;

/// <summary>An API offered to clients: which operation, in which dialect, with errors in which shape. One instance per mapped route.</summary>
/// <param name="Prefix">The path prefix it is served under, for example <c>/v1</c>.</param>
/// <param name="Operation">What it asks of a provider.</param>
/// <param name="Dialect">The wire format of its bodies.</param>
/// <param name="ErrorShape">The form of its errors.</param>
public sealed record Surface(string Prefix, Operation Operation, Dialect Dialect, ErrorShape ErrorShape)
{
    /// <summary>Which operation it is, for one whose bodies are passed on unread.</summary>
    public OpaquePath Path { get; init; }

    /// <summary>True where a <c>multipart/form-data</c> body is taken beside JSON.</summary>
    public bool TakesForm { get; init; }

    /// <summary>True where a stream ends with usage only for clients that ask for it.</summary>
    public bool HidesStreamUsage { get; } = Dialect == Dialect.OpenAIChat || Operation == Operation.TextCompletions;

    /// <summary>True under Azure's classic paths, where the model is the <c>{deployment}</c> of the path and <c>model</c> may be absent.</summary>
    public bool IsDeploymentPath { get; init; }

    /// <summary>True for Gemini's paths, which name the model and say whether a stream is wanted: the body knows neither.</summary>
    public bool IsModelPath { get; init; }

    /// <summary>True where the path asks for a stream.</summary>
    public bool IsStreamPath { get; init; }

    /// <summary>True under Azure's own paths, where a name is looked up among the Azure deployments before the catalogue.</summary>
    public bool IsAzurePath => ErrorShape == ErrorShape.Azure;

    /// <summary>True under <c>/api/v1</c> (contracts §2), where <c>AZURE_OPENAI_DEPLOYMENT</c> answers whatever <c>model</c> says, unless it names one of the catalogue.</summary>
    public bool UsesProxyDeployment { get; init; }

    /// <summary>True for the simple REST API (contracts §1), which sends the model's <c>temperature</c>; it stands before the model's <c>defaults</c>.</summary>
    public bool SendsTemperature { get; init; }

    /// <summary>The dialect's plain name, for labels and the ledger.</summary>
    public string Name { get; } = Operation switch
    {
        Operation.ChatCompletions => "chat",
        Operation.Responses => "responses",
        Operation.Messages => "messages",
        Operation.GenerateContent => "generate_content",
        Operation.CountTokens => "count_tokens",
        Operation.Embeddings => "embeddings",
        Operation.TextCompletions => "completions",
        Operation.Images => "images",
        Operation.Audio => "audio",
        Operation.Moderations => "moderations",
        Operation.Files => "files",
        Operation.Batches => "batches",
        Operation.Raw => "raw",
        Operation.Agent => "agent",
        _ => throw new ArgumentOutOfRangeException(nameof(Operation), Operation, "an operation without a name"),
    };
}
