namespace EdgeStream.Streams;

/// <summary>What became of a record that the Kinesis API put.</summary>
public enum PutStatus
{
    /// <summary>It has its sequence number; its acknowledgement follows as the stream's durability says.</summary>
    Accepted = 0,

    /// <summary>The committer is behind, or the stream is being resharded: wait, then try again.</summary>
    Busy = 1,

    /// <summary>No room on the disk or in the budget.</summary>
    DiskFull = 2,

    /// <summary>Larger than the stream's record size limit, or than half a segment.</summary>
    TooLarge = 3,

    /// <summary>The shard has failed, or the stream was deleted.</summary>
    Failed = 4,

    /// <summary>A PROVISIONED shard has taken as much as it may this second.</summary>
    ThroughputExceeded = 5,

    /// <summary>The record's number is older than what is remembered of its producer: it may be stored or not, and is
    /// not stored now.</summary>
    TooOld = 6,
}
