namespace EdgeStream.Storage;

/// <summary>
/// Builds the map from the state log's records, in order. A snapshot counts only if nothing in it is missing.
/// </summary>
internal sealed class StateReplay
{
    private SortedDictionary<string, byte[]>? _snapshot;
    private SequenceNumber _last;
    private long _partsSizeBytes;

    /// <summary>The state so far.</summary>
    internal SortedDictionary<string, byte[]> Map { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Size of the last whole snapshot.</summary>
    internal long SnapshotSizeBytes { get; private set; }

    /// <summary>Size of the batches behind it.</summary>
    internal long BytesSinceSnapshot { get; private set; }

    /// <summary>Takes the next record.</summary>
    internal void Apply(in LogRecord record)
    {
        if (record.Sequence != _last.Next)
        {
            _snapshot = null;
        }

        _last = record.Sequence;
        if (record.Key.SequenceEqual(StateLogFormat.BatchKey))
        {
            // A snapshot that a batch interrupts was given up: it never takes effect.
            _snapshot = null;
            StateLogFormat.Apply(record.Value, Map);
            BytesSinceSnapshot += record.Value.Length;
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotStartKey))
        {
            _snapshot = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            _partsSizeBytes = 0;
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotPartKey) && _snapshot is not null)
        {
            StateLogFormat.Apply(record.Value, _snapshot);
            _partsSizeBytes += record.Value.Length;
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotEndKey) && _snapshot is not null)
        {
            Map = _snapshot;
            SnapshotSizeBytes = _partsSizeBytes;
            BytesSinceSnapshot = 0;
            _snapshot = null;
        }
    }
}
