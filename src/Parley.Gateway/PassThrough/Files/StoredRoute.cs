using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>One call of OpenAI's files, uploads or batches (platform.openai.com/docs/api-reference/files, /uploads, /batch).</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path below the API's prefix; <c>{id}</c> is the object that it is about.</param>
/// <param name="Kind">What <c>{id}</c> is, or what is made or listed.</param>
/// <param name="Answer">What comes back.</param>
internal sealed record StoredRoute(string Method, string Path, MakerKind Kind, StoredAnswer Answer)
{
    /// <summary>True when what the answer names is new.</summary>
    internal bool Makes { get; private init; }

    /// <summary>True when the body names a file that decides where the call goes.</summary>
    internal bool NamesFile { get; private init; }

    internal bool HasId => Path.Contains("{id}", StringComparison.Ordinal);

    internal Operation Operation => Kind == MakerKind.Batch ? Operation.Batches : Operation.Files;

    internal ProviderFeatures Feature => Kind == MakerKind.Batch ? ProviderFeatures.Batches : ProviderFeatures.Files;

    /// <summary>All of them.</summary>
    internal static readonly StoredRoute[] All =
    [
        new("POST", "files", MakerKind.File, StoredAnswer.Object) { Makes = true },
        new("GET", "files", MakerKind.File, StoredAnswer.List),
        new("GET", "files/{id}", MakerKind.File, StoredAnswer.Object),
        new("DELETE", "files/{id}", MakerKind.File, StoredAnswer.Bytes),
        new("GET", "files/{id}/content", MakerKind.File, StoredAnswer.Bytes),
        new("POST", "uploads", MakerKind.File, StoredAnswer.Object) { Makes = true },
        new("POST", "uploads/{id}/parts", MakerKind.File, StoredAnswer.Bytes),
        new("POST", "uploads/{id}/complete", MakerKind.File, StoredAnswer.Object) { Makes = true },
        new("POST", "uploads/{id}/cancel", MakerKind.File, StoredAnswer.Bytes),
        new("POST", "batches", MakerKind.Batch, StoredAnswer.Object) { Makes = true, NamesFile = true },
        new("GET", "batches", MakerKind.Batch, StoredAnswer.List),
        new("GET", "batches/{id}", MakerKind.Batch, StoredAnswer.Object),
        new("POST", "batches/{id}/cancel", MakerKind.Batch, StoredAnswer.Object),
    ];
}
