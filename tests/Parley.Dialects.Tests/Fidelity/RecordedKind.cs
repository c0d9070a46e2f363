namespace Parley.Dialects.Tests.Fidelity;

/// <summary>What a recording holds.</summary>
internal enum RecordedKind
{
    Request,

    /// <summary>A request that the provider refused.</summary>
    BadRequest,
    Reply,
    Stream,
}
