namespace Parley.Gateway.Routing.Affinity;

/// <summary>What a provider has made and only it can read again. The numbers are stored: none is ever given a new meaning.</summary>
internal enum MakerKind
{
    /// <summary>A stored response, which a later request names as <c>previous_response_id</c>.</summary>
    Response = 0,

    /// <summary>Sealed reasoning, which a later request plays back as <c>encrypted_content</c>.</summary>
    Reasoning = 1,

    /// <summary>An uploaded file, which a request names as <c>file_id</c>, or an upload that becomes one.</summary>
    File = 2,

    /// <summary>A batch.</summary>
    Batch = 3,
}
