namespace EdgeStream.Devices;

/// <summary>What became of one message.</summary>
public enum IngestOutcome
{
    /// <summary>It is, or waits to become, a record of its route's stream.</summary>
    Accepted = 0,

    /// <summary>
    /// It could not be routed or decoded, or is too large for its stream, and is, or waits to become, a dead-letter
    /// record: to its sender, it arrived.
    /// </summary>
    DeadLettered = 1,

    /// <summary>
    /// The stream has fallen behind and no more messages may wait: refuse the sender, it may try again.
    /// </summary>
    Busy = 2,

    /// <summary>The disk has no room. The message is not stored.</summary>
    DiskFull = 3,

    /// <summary>
    /// The message is larger than its stream accepts, and so is its dead letter. It is not stored, and never will be.
    /// </summary>
    TooLarge = 4,

    /// <summary>
    /// The stream cannot be written until the gateway is started again. The message is not known to be stored.
    /// </summary>
    Failed = 5,
}
