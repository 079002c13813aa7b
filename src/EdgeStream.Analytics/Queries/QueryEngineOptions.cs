namespace EdgeStream.Analytics;

/// <summary>Intervals of the query engine.</summary>
public sealed record QueryEngineOptions
{
    /// <summary>How many queries there may be.</summary>
    public const int QueriesMax = 1_000;

    /// <summary>How long changed state waits to be saved. A state of more than a MiB waits longer: so long that
    /// on average
    /// 32 KiB a second are written, at most 15 minutes.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>State is saved after so many records in any case: the most that is read again after a crash.</summary>
    public int SnapshotRecordsMax { get; init; } = 1_000_000;

    /// <summary>How often the clock closes windows while nothing comes.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the files of reference tables are looked at.</summary>
    public TimeSpan ReferenceInterval { get; init; } = TimeSpan.FromSeconds(5);
}
