namespace EdgeStream.Storage;

/// <summary>How many records were evicted, by reason.</summary>
/// <param name="Age">Older than the log keeps them.</param>
/// <param name="Bytes">Over the log's own limit of bytes.</param>
/// <param name="Budget">Over the limit that all logs share.</param>
/// <param name="DiskFull">Taken because the file system had no room.</param>
/// <param name="Superseded">Not needed any more by the owner of the log.</param>
public readonly record struct EvictionCounts(long Age, long Bytes, long Budget, long DiskFull, long Superseded)
{
    /// <summary>The sum over the reasons.</summary>
    public long Total => Age + Bytes + Budget + DiskFull + Superseded;

    /// <summary>The sum, reason by reason.</summary>
    public static EvictionCounts operator +(EvictionCounts left, EvictionCounts right) => new(
        left.Age + right.Age,
        left.Bytes + right.Bytes,
        left.Budget + right.Budget,
        left.DiskFull + right.DiskFull,
        left.Superseded + right.Superseded);

    /// <summary>The same with some records more.</summary>
    public EvictionCounts With(EvictionReason reason, long records) => reason switch
    {
        EvictionReason.Age => this with { Age = Age + records },
        EvictionReason.Bytes => this with { Bytes = Bytes + records },
        EvictionReason.Budget => this with { Budget = Budget + records },
        EvictionReason.DiskFull => this with { DiskFull = DiskFull + records },
        _ => this with { Superseded = Superseded + records },
    };
}
