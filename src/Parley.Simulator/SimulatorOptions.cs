namespace Parley.Simulator;

/// <summary>How the simulated providers behave. Immutable, except for <see cref="Faults"/>, which tests change while the simulator runs.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The credentials that are accepted (as bearer; in <c>api-key</c> on Azure's paths, <c>x-api-key</c> on Anthropic's, <c>x-goog-api-key</c> on
    /// Gemini's). Empty: any non-empty credential. Bedrock's paths check signatures instead, see <see cref="AwsAccessKeyId"/>.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The id of the one access key that Bedrock's paths know.</summary>
    public string AwsAccessKeyId { get; init; } = "AKIASIMULATED";

    /// <summary>The secret of that access key: every signature is computed again with it.</summary>
    public string AwsSecretAccessKey { get; init; } = "secret";

    /// <summary>The pause between the events of a stream; none by default. The header <c>x-simulator-pace</c> overrides it per request.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.Zero;

    /// <summary>The deployments that exist on Azure's paths, besides every name that begins with <c>sim-</c>.</summary>
    public IReadOnlyList<string> AzureDeployments { get; init; } =
    [
        "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-5", "gpt-5-mini", "gpt-5-nano", "o3-mini",
        "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002",
        "gpt-3.5-turbo-instruct", "gpt-image-1", "dall-e-3", "gpt-4o-mini-tts", "tts-1", "whisper-1", "gpt-4o-transcribe",
    ];

    /// <summary>What every text answer begins with; the last user text follows.</summary>
    public string AnswerPrefix { get; init; } = "[simulated] ";

    /// <summary>How many Responses are kept for <c>GET /v1/responses/{id}</c> and <c>previous_response_id</c>; the oldest goes first.</summary>
    public int StoredResponses { get; init; } = 256;

    /// <summary>How many files are kept, of each at most its first mebibyte, and how many batches; the oldest goes first.</summary>
    public int StoredFiles { get; init; } = 64;

    /// <summary>How many threads of classic agents are kept; the oldest goes first.</summary>
    public int StoredThreads { get; init; } = 256;

    /// <summary>How many conversations of new agents are kept; the oldest goes first.</summary>
    public int StoredConversations { get; init; } = 256;

    /// <summary>How often a run (of a classic agent) or a batch must be asked for until it is done: it is in progress before.</summary>
    public int PollsUntilDone { get; init; } = 2;

    /// <summary>Faults that hit requests whatever they ask for: for tests whose headers do not reach the simulator.</summary>
    public FaultPlan Faults { get; init; } = new();

    /// <summary>Where <c>created</c>, pauses and stalls take their time from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
