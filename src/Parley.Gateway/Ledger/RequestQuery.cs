using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ledger;

/// <summary>What <c>/admin/requests</c> is asked; a null filter lets everything through.</summary>
internal sealed record RequestQuery
{
    /// <summary>The earliest request.</summary>
    public Ulid From { get; init; }

    /// <summary>Where the requests end: newer ones, and this one itself, are left out.</summary>
    public Ulid Before { get; init; }

    /// <summary>The model as it was asked for, or as the provider named it.</summary>
    public string? Model { get; init; }

    /// <summary>A key's identifier or name.</summary>
    public string? Key { get; init; }

    /// <summary>The lowest and the highest status that the caller was given.</summary>
    public (int From, int To)? Status { get; init; }

    public Ulid? RequestId { get; init; }

    public int Limit { get; init; }
}
