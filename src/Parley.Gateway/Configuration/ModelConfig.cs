namespace Parley.Gateway.Configuration;

/// <summary>One entry of the catalogue, in either form (contracts §7); the short form has one target.</summary>
public sealed record ModelConfig
{
    /// <summary>What a client asks for.</summary>
    public required string ModelId { get; init; }

    /// <summary>Other names of it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What may answer, in file order; never empty.</summary>
    public required IReadOnlyList<TargetConfig> Targets { get; init; }

    /// <summary>Sent by <c>/api/chat</c>; null when unset.</summary>
    public double? Temperature { get; init; }

    /// <summary>Whether the model takes images; null when not stated.</summary>
    public bool? SupportsVision { get; init; }

    /// <summary>Shown in lists.</summary>
    public string Description { get; init; } = "";

    /// <summary>How one of several targets of the same priority is picked.</summary>
    public PickRule Pick { get; init; }

    /// <summary>Settings for requests that have none.</summary>
    public RequestDefaults Defaults { get; init; } = new();

    /// <summary>How long each step may take.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>What is tried after a failure.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>Whether a second target is called when the first is slow; null means it is not.</summary>
    public HedgeConfig? Hedge { get; init; }

    /// <summary>How many requests for this model run at a time; null means as many as come.</summary>
    public ConcurrencyConfig? Concurrency { get; init; }

    /// <summary>How a client is kept on one target; null means it is not.</summary>
    public AffinityConfig? Affinity { get; init; }

    /// <summary>What happens when a translation loses something.</summary>
    public LossPolicy OnLoss { get; init; } = LossPolicy.Warn;

    /// <summary>What happens to a setting that a target's model is known to refuse.</summary>
    public UnsupportedPolicy OnUnsupported { get; init; } = UnsupportedPolicy.Drop;

    /// <summary>True when a long prefix is marked for Claude's cache although the caller set no marks (<c>cacheBreakpoints: auto</c>).</summary>
    public bool AddsCacheBreakpoints { get; init; }

    /// <summary>Where it is written (<c>parley.json: models[2]</c>), for messages.</summary>
    public required string Origin { get; init; }
}
