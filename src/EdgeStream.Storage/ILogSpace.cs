namespace EdgeStream.Storage;

/// <summary>Who decides about the room that a log takes on the disk, and about what it may not evict.</summary>
/// <remarks>
/// Thread-safe. Asked on the committer's thread before a segment is made, on the upkeep's thread before any other large
/// file, and by whoever evicts; never under a lock of the log, so that it may evict from this log and from others.
/// </remarks>
public interface ILogSpace
{
    /// <summary>
    /// Whether the log may take this many bytes more, and did: room may be made for them first, then
    /// <paramref name="take"/> is called, and nobody else is admitted before it has returned.
    /// </summary>
    /// <remarks>So of several logs that ask at the same time each finds what the others took.</remarks>
    /// <param name="sizeBytes">How many bytes.</param>
    /// <param name="take">
    /// Makes the file, which is part of <see cref="ShardLog.SizeBytes"/> from then on; what it throws passes through.
    /// </param>
    bool TryAdmit(long sizeBytes, Action take);

    /// <summary>
    /// The same for a file that the log could do without: nothing is evicted for it, and it takes nothing of a reserve.
    /// </summary>
    /// <param name="sizeBytes">How many bytes.</param>
    /// <param name="reserve">
    /// Counts the bytes in <see cref="ShardLog.SizeBytes"/>, and does no more: the file is made after, on a thread that
    /// gives way to others, for which nobody waits.
    /// </param>
    bool TryAdmitAhead(long sizeBytes, Action reserve);

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
