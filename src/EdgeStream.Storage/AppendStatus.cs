namespace EdgeStream.Storage;

/// <summary>
/// What became of one append; on anything but <see cref="Accepted"/> the caller still owns the record.
/// </summary>
public enum AppendStatus
{
    /// <summary>
    /// The record has its sequence number; its acknowledgement follows as the shard's durability says.
    /// </summary>
    Accepted = 0,

    /// <summary>
    /// The committer has fallen behind and the bytes in flight are at their bound: wait, or refuse the producer.
    /// </summary>
    Busy = 1,

    /// <summary>
    /// The disk has no room for another segment. Appends are accepted again by themselves once there is room.
    /// </summary>
    DiskFull = 2,

    /// <summary>The record is larger than the shard accepts, or its key longer than 65,535 bytes.</summary>
    TooLarge = 3,

    /// <summary>
    /// A write or sync failed before: the shard refuses every append until it is opened again; reads go on.
    /// </summary>
    Failed = 4,

    /// <summary>
    /// The log was sealed: its records stay readable, and what comes goes to a log that its owner has put in its place.
    /// </summary>
    Sealed = 5,

    /// <summary>
    /// Of streams that recognise records: the record's number is older than what is remembered of its producer. It may
    /// be stored or not, and is not stored now.
    /// </summary>
    TooOld = 6,
}
