namespace EdgeStream.Storage;

/// <summary>A log's checkpoints as of its newest append.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LogCheckpoints(CheckpointMap opened)
{
    /// <summary>The copy of all checkpoints at a segment's head takes at most this part of it.</summary>
    private const int SegmentPart = 8;

    private readonly Lock _gate = new();
    private CheckpointMap _map = new(opened);

    /// <summary>The least size of a segment that begins with these checkpoints.</summary>
    internal static int SegmentSizeBytesMin(CheckpointMap checkpoints) =>
        checkpoints.Checkpoints.Count == 0 ? 0 : checkpoints.SizeBytes * SegmentPart;

    /// <summary>A copy of the map as it stands.</summary>
    internal CheckpointMap Snapshot()
    {
        lock (_gate)
        {
            return new CheckpointMap(_map);
        }
    }

    /// <summary>The map as it stands; it is never changed, only replaced.</summary>
    internal CheckpointMap Current => Volatile.Read(ref _map);

    /// <summary>The newest value under a name.</summary>
    internal bool TryGet(string name, out ReadOnlyMemory<byte> value)
    {
        lock (_gate)
        {
            return _map.TryGet(name, out value);
        }
    }

    /// <summary>
    /// Sets all of them; false, and nothing set, when the map would be too large for the head of a segment.
    /// </summary>
    internal bool TrySet(IReadOnlyCollection<LogCheckpoint> checkpoints, int segmentSizeBytes)
    {
        lock (_gate)
        {
            var next = new CheckpointMap(_map);
            foreach (var checkpoint in checkpoints)
            {
                next.Set(checkpoint);
            }

            if (next.SizeBytes > Math.Min(CheckpointMap.SizeBytesMax, segmentSizeBytes / SegmentPart))
            {
                return false;
            }

            Volatile.Write(ref _map, next);
            return true;
        }
    }
}
