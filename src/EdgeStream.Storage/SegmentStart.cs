using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>What a new segment begins with: its header, and the log's checkpoints as they stand.</summary>
/// <param name="WantedSizeBytes">The size that new segments are to have.</param>
/// <param name="First">The sequence number of its first record.</param>
/// <param name="Durable">The newest record that the device has.</param>
/// <param name="PredecessorChecksum">The checksum of the previous segment's last entry, 0 if there is none.</param>
/// <param name="Checkpoints">All checkpoints of the log.</param>
/// <param name="Clock">Where the times come from.</param>
/// <param name="Key">What it is encrypted with; null if it is not.</param>
/// <param name="UnsyncedSegments">How many segments right before it the device may not have as a whole.</param>
internal sealed record SegmentStart(
    int WantedSizeBytes,
    SequenceNumber First,
    SequenceNumber Durable,
    uint PredecessorChecksum,
    CheckpointMap Checkpoints,
    LogClock Clock,
    EncryptionKey? Key,
    int UnsyncedSegments = 0)
{
    /// <summary>
    /// The size that it gets: larger than wanted where the checkpoints, which were set when segments were larger, would
    /// take more than their part of it.
    /// </summary>
    internal int SizeBytes { get; } = Math.Max(WantedSizeBytes, LogCheckpoints.SegmentSizeBytesMin(Checkpoints));

    /// <summary>A header with a salt of its own.</summary>
    internal SegmentHeader ToHeader(bool isRecycled) => new(
        SizeBytes,
        First,
        Clock.WallTime,
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
        PredecessorChecksum,
        Clock.BootOrdinal,
        Clock.MonotonicMicroseconds,
        (Key is null ? SegmentFlags.None : SegmentFlags.Encrypted)
            | (isRecycled ? SegmentFlags.Recycled : SegmentFlags.None)
            | SegmentHeader.Behind(UnsyncedSegments),
        Key is null ? SegmentHeader.SizeBytes : SegmentCipher.HeaderSizeBytes);

    /// <summary>The header's bytes, with a frame that repeats the checkpoints behind it if there are any.</summary>
    internal (byte[] Bytes, uint Chain, IReadOnlyList<IndexPoint> Points) LayHead(
        in SegmentHeader header, SegmentCipher? cipher)
    {
        var (headerBytes, chain) = SegmentFile.ToBytes(header, cipher);
        if (Checkpoints.Checkpoints.Length == 0)
        {
            return (headerBytes, chain, []);
        }

        var frame = CheckpointFrame.Lay(First, Durable, Checkpoints, Clock, chain, header.Salt, cipher);
        return (
            [.. headerBytes, .. frame.Bytes],
            frame.Chain,
            [new IndexPoint(First, frame.WallTime, header.EntriesOffset)]);
    }
}
