namespace Parley.Gateway.Exchange;

/// <summary>What a call asks of a provider. Decides the path upstream and the dialect.</summary>
public enum Operation
{
    /// <summary><c>chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>responses</c>.</summary>
    Responses,

    /// <summary><c>embeddings</c>.</summary>
    Embeddings,
}
