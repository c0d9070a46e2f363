using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Hosting;

/// <summary>What a host decides; everything else is configuration.</summary>
public sealed record ParleyOptions
{
    /// <summary>Where the configuration is read from.</summary>
    public required ConfigurationSources Sources { get; init; }

    /// <summary>Directory of the database, the pepper and the ledger's journal.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>--database</c>; null for <c>parley.db</c> in the data directory.</summary>
    public string? Database { get; init; }

    /// <summary>The simulator that providers of type <c>simulator</c> are connected to; null when the host has none.</summary>
    public InProcessUpstream? Simulator { get; init; }
}
