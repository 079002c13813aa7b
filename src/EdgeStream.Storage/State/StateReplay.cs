namespace EdgeStream.Storage;

/// <summary>Builds the map from the state log's records, in order.</summary>
/// <remarks>
/// A snapshot takes the map's place if nothing in it is missing. Of one that is damaged nothing is needed as long as an
/// older one is whole, or the log is there from its first record: all changes since then are in the log. Where neither
/// is so, what can be read of it is taken over: a part of the state is better than none.
/// </remarks>
internal sealed class StateReplay
{
    private SortedDictionary<string, byte[]>? _snapshot;
    private SequenceNumber _openedAt;
    private SequenceNumber _last;
    private long _partsSizeBytes;
    private bool _isBased;

    /// <summary>Begins with the oldest record that the log should have.</summary>
    internal StateReplay(SequenceNumber oldest)
    {
        _last = oldest.Previous;
        _isBased = oldest == SequenceNumber.First;
        SnapshotStart = oldest;
    }

    /// <summary>The state so far.</summary>
    internal SortedDictionary<string, byte[]> Map { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Where the last whole snapshot begins, or else the log.</summary>
    internal SequenceNumber SnapshotStart { get; private set; }

    /// <summary>Size of the last whole snapshot.</summary>
    internal long SnapshotSizeBytes { get; private set; }

    /// <summary>Size of the batches behind it.</summary>
    internal long BytesSinceSnapshot { get; private set; }

    /// <summary>Records that are missing behind the last whole snapshot: changes of the state, or a part of a later
    /// snapshot.</summary>
    internal long MissingRecords { get; private set; }

    /// <summary>Takes the next record.</summary>
    internal void Apply(in LogRecord record)
    {
        NoteMissing(record.Sequence);
        _last = record.Sequence;
        if (record.Key.SequenceEqual(StateLogFormat.BatchKey))
        {
            // A snapshot that a batch interrupts was given up.
            GiveUpSnapshot();
            StateLogFormat.Apply(record.Value, Map);
            BytesSinceSnapshot += record.Value.Length;
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotStartKey))
        {
            GiveUpSnapshot();
            _snapshot = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            _openedAt = record.Sequence;
            _partsSizeBytes = 0;
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotPartKey))
        {
            ApplyPart(record.Value);
        }
        else if (record.Key.SequenceEqual(StateLogFormat.SnapshotEndKey) && _snapshot is not null)
        {
            Complete(_snapshot);
        }
    }

    /// <summary>Takes the log's end: what stands behind the last record and should be there is missing.</summary>
    internal void End(SequenceNumber newest)
    {
        NoteMissing(newest.Next);
        GiveUpSnapshot();

        // Of a whole log either the first record or a whole snapshot is there.
        MissingRecords = _isBased ? MissingRecords : Math.Max(1, MissingRecords);
    }

    private void NoteMissing(SequenceNumber found)
    {
        if (found > _last.Next)
        {
            MissingRecords += found.Value - _last.Next.Value;
            GiveUpSnapshot();
        }
    }

    private void ApplyPart(ReadOnlySpan<byte> part)
    {
        if (_snapshot is not null)
        {
            StateLogFormat.Apply(part, _snapshot);
            _partsSizeBytes += part.Length;
        }
        else if (!_isBased)
        {
            StateLogFormat.Apply(part, Map);
        }
    }

    private void Complete(SortedDictionary<string, byte[]> snapshot)
    {
        Map = snapshot;
        SnapshotStart = _openedAt;
        SnapshotSizeBytes = _partsSizeBytes;
        BytesSinceSnapshot = 0;
        MissingRecords = 0;
        _isBased = true;
        _snapshot = null;
    }

    private void GiveUpSnapshot()
    {
        if (_snapshot is not null && !_isBased)
        {
            foreach (var (key, value) in _snapshot)
            {
                Map[key] = value;
            }
        }

        _snapshot = null;
    }
}
