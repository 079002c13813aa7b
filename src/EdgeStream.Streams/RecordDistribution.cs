namespace EdgeStream.Streams;

/// <summary>Which shard takes a record that the Kinesis API puts into a stream of the mode ON_DEMAND.</summary>
public enum RecordDistribution
{
    /// <summary>USER_PARTITION_KEY: the one whose range holds its hash key.</summary>
    PartitionKey = 0,

    /// <summary>AUTO: one after another; records of one key are in no order then.</summary>
    Even = 1,
}
