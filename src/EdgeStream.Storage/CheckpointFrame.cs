using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// A frame without records: it repeats the log's checkpoints, and says which record was the newest durable one.
/// </summary>
internal static class CheckpointFrame
{
    /// <summary>Lays it down, sealed; returns its bytes, its last checksum and the time of its base entry.</summary>
    /// <param name="next">The sequence number of the record that comes next.</param>
    /// <param name="durable">The newest record that the device has, or that was lost there.</param>
    /// <param name="checkpoints">The checkpoints.</param>
    /// <param name="clock">Where the time comes from.</param>
    /// <param name="chain">The checksum before it.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="cipher">What the segment is encrypted with; null if it is not.</param>
    internal static (byte[] Bytes, uint Chain, Timestamp WallTime) Lay(
        SequenceNumber next,
        SequenceNumber durable,
        CheckpointMap checkpoints,
        LogClock clock,
        uint chain,
        ulong salt,
        SegmentCipher? cipher)
    {
        var frame = new BatchBuffer(usualSizeBytesMax: 0) { IsEncrypted = cipher is not null };
        frame.EnsureRoom(frame.FrameHeadSizeBytes + EntryFormat.BatchSizeOf(0, checkpoints.Checkpoints));
        var entry = new BaseEntry(next, clock.WallTime, clock.MonotonicMicroseconds, clock.BootOrdinal, durable);
        frame.AddBase(entry);
        frame.AddBatch(0, checkpoints.Checkpoints);
        var bytes = frame.ChainAndEntries;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, chain);
        Seal(bytes, frame.Points, salt, cipher);
        return (
            bytes[EntryFormat.ChecksumSizeBytes..].ToArray(),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[^EntryFormat.ChecksumSizeBytes..]),
            entry.WallTime);
    }

    private static void Seal(Span<byte> bytes, IReadOnlyList<IndexPoint> frames, ulong salt, SegmentCipher? cipher)
    {
        if (cipher is null)
        {
            new EntrySealer(salt).Seal(bytes, EntryFormat.ChecksumSizeBytes, bytes.Length);
            return;
        }

        using var sealer = new FrameSealer(cipher, salt);
        var next = 0;
        sealer.Seal(bytes, frames, ref next, bytes.Length);
    }
}
