namespace EdgeStream.Storage;

/// <summary>Who decides about the room that a log takes on the disk, and about what it may not evict.</summary>
/// <remarks>
/// Thread-safe. Asked on the committer's thread before a segment is made, and by whoever evicts; never under a lock of
/// the log, so that it may evict from this log and from others.
/// </remarks>
public interface ILogSpace
{
    /// <summary>Whether the log may take this many bytes more; room may be made for them first.</summary>
    bool TryAdmit(long sizeBytes);

    /// <summary>
    /// Whether what all logs take, this log's files included, leaves room for a file made ahead of need.
    /// </summary>
    bool HasRoomAhead { get; }

    /// <summary>
    /// Called when the disk had no room for these bytes: whether some was freed, so that another try is worth it.
    /// </summary>
    bool TryFree(long sizeBytes);

    /// <summary>
    /// The first record that nothing may evict, because a consumer still needs it;
    /// <see cref="SequenceNumber.Last"/> when all may go.
    /// </summary>
    SequenceNumber ProtectedFrom { get; }
}
