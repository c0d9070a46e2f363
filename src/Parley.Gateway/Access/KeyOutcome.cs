namespace Parley.Gateway.Access;

/// <summary>What became of a wish to make or change a key: the key as it is now, or the reason why not.</summary>
internal readonly struct KeyOutcome
{
    public KeyOutcome(KeyRecord key) => Key = key;

    public KeyOutcome(KeyError error) => Error = error;

    /// <summary>Null when there is an error.</summary>
    public KeyRecord? Key { get; }

    /// <summary>Null when it was done.</summary>
    public KeyError? Error { get; }

    /// <summary>The new key in clear, this once; null on every other occasion.</summary>
    public Configuration.Secret? Clear { get; init; }
}
