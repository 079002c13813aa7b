namespace EdgeStream.Streams;

/// <summary>Which limits the Kinesis API puts on a stream's shards.</summary>
public enum StreamMode
{
    /// <summary>ON_DEMAND: no limit but the disk.</summary>
    OnDemand = 0,

    /// <summary>PROVISIONED: the limits of <see cref="ShardThroughput"/>.</summary>
    Provisioned = 1,
}
