namespace EdgeStream.Analytics;

/// <summary>Bounds and intervals of the rule engine.</summary>
public sealed record RuleEngineOptions
{
    /// <summary>How many keys a rule remembers per shard; the least recently seen one without an alert goes
    /// first.</summary>
    public int KeysPerRuleMax { get; init; } = 10_000;

    /// <summary>How long changed state may wait to be saved: the most that is evaluated again after a
    /// crash.</summary>
    /// <remarks>State that raised an alert waits a second at most. Shorter intervals write more to the
    /// flash.</remarks>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many records may be evaluated before their state is saved, whatever the interval.</summary>
    public int SnapshotRecordsMax { get; init; } = 100_000;

    /// <summary>When the book calls an alert flapping.</summary>
    public FlapOptions Flapping { get; init; } = FlapOptions.Default;

    /// <summary>How many alerts the alert book keeps.</summary>
    public int AlertBookCapacity { get; init; } = 1_000;

    /// <summary>How many records of the alerts stream are read into the alert book at start.</summary>
    public int AlertBookRecordsRead { get; init; } = 10_000;

    /// <summary>How often silent keys and due snapshots are looked at.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
