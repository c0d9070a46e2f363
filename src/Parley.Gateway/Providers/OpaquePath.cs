namespace Parley.Gateway.Providers;

/// <summary>The operations of OpenAI's API that name a model and whose bodies are passed on unread.</summary>
public enum OpaquePath : byte
{
    /// <summary>None of them.</summary>
    None,

    /// <summary><c>completions</c>.</summary>
    Completions,

    /// <summary><c>images/generations</c>.</summary>
    ImageGenerations,

    /// <summary><c>images/edits</c>.</summary>
    ImageEdits,

    /// <summary><c>images/variations</c>.</summary>
    ImageVariations,

    /// <summary><c>audio/speech</c>.</summary>
    Speech,

    /// <summary><c>audio/transcriptions</c>.</summary>
    Transcriptions,

    /// <summary><c>audio/translations</c>.</summary>
    Translations,

    /// <summary><c>moderations</c>.</summary>
    Moderations,
}
