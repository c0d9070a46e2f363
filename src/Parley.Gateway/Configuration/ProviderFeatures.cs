namespace Parley.Gateway.Configuration;

/// <summary>What a provider's API has beside conversations and embeddings. What it lacks is refused with its name, before it is called.</summary>
[Flags]
public enum ProviderFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>completions</c>.</summary>
    TextCompletions = 1,

    /// <summary><c>images/…</c>.</summary>
    Images = 2,

    /// <summary><c>audio/…</c>.</summary>
    Audio = 4,

    /// <summary><c>moderations</c>.</summary>
    Moderations = 8,

    /// <summary><c>files</c>.</summary>
    Files = 16,

    /// <summary><c>batches</c>.</summary>
    Batches = 32,

    /// <summary>All of them: OpenAI itself, and a server of unknown make, which says itself what it lacks.</summary>
    All = TextCompletions | Images | Audio | Moderations | Files | Batches,
}
