using System.Collections.Frozen;

namespace Parley.Dialects.Models;

/// <summary>What one vendor takes of JSON Schema: data, one row for each vendor. <see cref="SchemaLowering"/> applies it.</summary>
public sealed record SchemaRules
{
    /// <summary>Who rejects the rest, for the report.</summary>
    public required string Vendor { get; init; }

    /// <summary>Keywords that are answered with 400: left out and reported.</summary>
    public FrozenSet<string> Rejected { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Keywords that the vendor knows by another, weaker name (<c>oneOf</c> → <c>anyOf</c>): written so, not reported.</summary>
    public FrozenDictionary<string, string> Renamed { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The values of <c>format</c> that are taken; null when all are.</summary>
    public FrozenSet<string>? Formats { get; init; }

    /// <summary>The largest <c>minItems</c> that is taken; null when all are.</summary>
    public int? MostMinItems { get; init; }

    /// <summary>True when every object must say <c>"additionalProperties": false</c>.</summary>
    public bool ClosesObjects { get; init; }
}
