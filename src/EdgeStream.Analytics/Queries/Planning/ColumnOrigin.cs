namespace EdgeStream.Analytics;

/// <summary>Where the values of an input's column come from.</summary>
internal enum ColumnOrigin
{
    /// <summary>The record's data.</summary>
    Data = 0,

    /// <summary>When the gateway appended the record.</summary>
    ArrivalTime,

    /// <summary>When the reading was made.</summary>
    EventTime,

    /// <summary>The record's partition key.</summary>
    PartitionKey,

    /// <summary>The shard that it is in.</summary>
    ShardId,

    /// <summary>Its place in the shard.</summary>
    SequenceNumber,
}
