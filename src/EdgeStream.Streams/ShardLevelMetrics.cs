namespace EdgeStream.Streams;

/// <summary>Kinesis's shard-level metrics that were enabled for a stream.</summary>
/// <remarks>They are remembered and told; the gateway's own metrics have every shard in any case.</remarks>
[Flags]
public enum ShardLevelMetrics
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>IncomingBytes.</summary>
    IncomingBytes = 1,

    /// <summary>IncomingRecords.</summary>
    IncomingRecords = 2,

    /// <summary>OutgoingBytes.</summary>
    OutgoingBytes = 4,

    /// <summary>OutgoingRecords.</summary>
    OutgoingRecords = 8,

    /// <summary>WriteProvisionedThroughputExceeded.</summary>
    WriteProvisionedThroughputExceeded = 16,

    /// <summary>ReadProvisionedThroughputExceeded.</summary>
    ReadProvisionedThroughputExceeded = 32,

    /// <summary>IteratorAgeMilliseconds.</summary>
    IteratorAgeMilliseconds = 64,

    /// <summary>All of them: Kinesis's <c>ALL</c>.</summary>
    All = 127,
}
