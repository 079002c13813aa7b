namespace EdgeStream.Storage;

/// <summary>A log's checkpoints as of its newest append.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LogCheckpoints(CheckpointMap opened)
{
    /// <summary>The copy of all checkpoints at a segment's head takes at most this part of it.</summary>
    private const int SegmentPart = 8;

    private readonly Lock _gate = new();
    private readonly CheckpointMap _map = new(opened);

    /// <summary>The least size of a segment that begins with these checkpoints.</summary>
    internal static int SegmentSizeBytesMin(CheckpointMap checkpoints) =>
        checkpoints.Checkpoints.IsEmpty ? 0 : checkpoints.SizeBytes * SegmentPart;

    /// <summary>A copy of the map as it stands.</summary>
    internal CheckpointMap Snapshot()
    {
        lock (_gate)
        {
            return new CheckpointMap(_map);
        }
    }

    /// <summary>A copy of the newest value under a name.</summary>
    internal bool TryGet(string name, out ReadOnlyMemory<byte> value)
    {
        lock (_gate)
        {
            var isFound = _map.TryGet(name, out value);
            value = value.ToArray();
            return isFound;
        }
    }

    /// <summary>
    /// Sets all of them; false, and nothing set, when the map would grow and be too large for the head of a segment.
    /// </summary>
    /// <param name="checkpoints">Of each name one at most.</param>
    /// <param name="segmentSizeBytes">The size of the segments to come.</param>
    internal bool TrySet(ReadOnlySpan<LogCheckpoint> checkpoints, int segmentSizeBytes)
    {
        lock (_gate)
        {
            var sizeBytesMax = Math.Min(CheckpointMap.SizeBytesMax, segmentSizeBytes / SegmentPart);
            var sizeBytes = _map.SizeBytesWith(checkpoints);
            if (sizeBytes > sizeBytesMax && sizeBytes >= _map.SizeBytes)
            {
                return false;
            }

            foreach (var checkpoint in checkpoints)
            {
                _map.Set(checkpoint);
            }

            return true;
        }
    }
}
