using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>
/// The gateway's own small state: a durable, ordered map from text keys to bytes, kept in memory and in a shard log.
/// </summary>
/// <remarks>
/// Thread-safe. Keys are in ordinal order. Everything lives in memory: keep it to some megabytes. Each batch is one
/// record of the log, so it survives whole or not at all. Now and then a snapshot of the whole map lets segments go:
/// those before the snapshot before it, so that damage in one of the two costs nothing; on a full disk those before
/// the newest one. A batch is visible at once and durable when its commit completes.
/// </remarks>
public sealed class StateStore
{
    private const int SegmentSizeBytes = 4 << 20;
    private const int SnapshotPartSizeBytes = 256 << 10;

    /// <summary>
    /// A snapshot is due when this many times its own size (or one segment) was appended since the last.
    /// </summary>
    private const int SnapshotEveryTimesSize = 4;

    /// <summary>Snapshots that the log holds where it has room, each with all changes since.</summary>
    private const int GenerationCount = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ShardLog _log;
    private readonly SortedDictionary<string, byte[]> _map;
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private SequenceNumber _newest;
    private long _bytesSinceSnapshot;
    private long _snapshotSizeBytes;
    private SequenceNumber _snapshotStart;

    /// <summary>Whether a part of the log is damaged: the next change makes up for it with a whole snapshot.</summary>
    private bool _isSnapshotDue;

    /// <summary>So much is appended before a snapshot for another key, or for what is damaged, is tried
    /// again.</summary>
    private long _retryDistanceBytes;

    private StateStore(ShardLog log, SortedDictionary<string, byte[]> map)
    {
        _log = log;
        _map = map;
    }

    /// <summary>The log under the state, for statistics and health.</summary>
    public ShardLog Log => _log;

    /// <summary>
    /// Records of the log that could not be read when the state was loaded, and that no snapshot behind them makes up
    /// for: changes that may be missing.
    /// </summary>
    public long SkippedRecords { get; private init; }

    /// <summary>How a state log is kept: small segments, always synced.</summary>
    public static ShardLogOptions LogOptions(string folder) =>
        new() { Folder = folder, SegmentSizeBytes = SegmentSizeBytes, RecordSizeBytesMax = 2 << 20 };

    /// <summary>Reads the state that a log holds.</summary>
    /// <exception cref="InvalidDataException">A record is not of this format.</exception>
    public static StateStore Load(ShardLog log)
    {
        var replay = new StateReplay(log.OldestSequence);
        using var reader = log.OpenReader(log.OldestSequence);
        while (reader.TryRead(out var record))
        {
            replay.Apply(record);
        }

        replay.End(reader.NextSequence.Previous);
        return new StateStore(log, replay.Map)
        {
            _snapshotSizeBytes = replay.SnapshotSizeBytes,
            _snapshotStart = replay.SnapshotStart,
            _bytesSinceSnapshot = replay.BytesSinceSnapshot,
            _isSnapshotDue = reader.SkippedRecords > 0 || replay.MissingRecords > 0,
            SkippedRecords = replay.MissingRecords,
        };
    }

    /// <summary>Finds a key's value; the bytes never change afterwards.</summary>
    public bool TryGet(string key, out ReadOnlyMemory<byte> value)
    {
        lock (_gate)
        {
            var isFound = _map.TryGetValue(key, out var bytes);
            value = bytes;
            return isFound;
        }
    }

    /// <summary>
    /// All entries whose key starts with <paramref name="prefix"/>, by key, as they stand at the call.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> List(string prefix)
    {
        var found = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        lock (_gate)
        {
            foreach (var (key, value) in _map)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    found.Add(new KeyValuePair<string, ReadOnlyMemory<byte>>(key, value));
                }
            }
        }

        return found;
    }

    /// <summary>Makes every change of the batch visible together, and completes when all of them are durable.</summary>
    /// <exception cref="IOException">
    /// The log refused the record, and nothing changed; or it failed while writing it.
    /// </exception>
    public async ValueTask CommitAsync(StateBatch batch, CancellationToken cancellationToken = default)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        Task acknowledged;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _encoded.ResetWrittenCount();
            batch.WriteTo(_encoded);
            var key = StateLogFormat.BatchKey.ToArray();
            acknowledged = await AppendAsync(key, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                StateLogFormat.Apply(_encoded.WrittenSpan, _map);
            }

            _bytesSinceSnapshot += _encoded.WrittenCount;
            var isTryDue = _bytesSinceSnapshot >= _retryDistanceBytes;
            if (HasOldKey && isTryDue)
            {
                await TryRenewKeyAsync().ConfigureAwait(false);
            }
            else if ((_isSnapshotDue && isTryDue)
                || _bytesSinceSnapshot > Math.Max(SegmentSizeBytes, SnapshotEveryTimesSize * _snapshotSizeBytes))
            {
                await TrySnapshotAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }

        await acknowledged.ConfigureAwait(false);
    }

    /// <summary>
    /// Writes all of the state anew if some of it is encrypted with another key than new segments get, or is not and
    /// they are: twice, so that from then on no older key is needed. Without room for it, a later batch does.
    /// </summary>
    public async ValueTask RenewKeyAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await TryRenewKeyAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether the oldest segment has another key than the next one gets, and may go; no damaged one goes for
    /// that.</summary>
    private bool HasOldKey => _log.MayEvict
        && _log.Segments[0] is { IsLocked: false, IsUnknown: false } oldest
        && oldest.Cipher?.KeyId != _log.Options.Encryption?.Current?.Id;

    /// <summary>
    /// Appends the encoded changes under a key, waiting for room; returns the task of their acknowledgement.
    /// </summary>
    private async ValueTask<Task> AppendAsync(byte[] key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = _log.TryAppend(key, _encoded.WrittenSpan, null, out var sequence);
            if (status == AppendStatus.Accepted)
            {
                _newest = sequence;
                return _log.WhenAcknowledged(sequence);
            }

            if (status == AppendStatus.DiskFull && TryGiveUpOlderSnapshot())
            {
                continue;
            }

            if (status != AppendStatus.Busy)
            {
                throw new IOException($"The gateway's state could not be saved: {status}.", _log.Failure);
            }

            await _log.WhenRoom().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// On a full disk one snapshot has to do: what stands before the newest is let go, and the next segment tried
    /// again.
    /// </summary>
    /// <returns>Whether there was anything before it.</returns>
    private bool TryGiveUpOlderSnapshot()
    {
        if (_log.EvictBefore(_snapshotStart, EvictionReason.Superseded) == 0)
        {
            return false;
        }

        _log.Tick();
        return true;
    }

    private async Task TryRenewKeyAsync()
    {
        var isMade = true;
        for (var generation = 0; generation < GenerationCount && isMade && HasOldKey; generation++)
        {
            isMade = await TrySnapshotAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A snapshot that fails changes nothing: the batches are there, and a later one is tried.</summary>
    private async Task<bool> TrySnapshotAsync()
    {
        try
        {
            await AppendSnapshotAsync().ConfigureAwait(false);
            _retryDistanceBytes = HasOldKey ? SnapshotPartSizeBytes : 0;
            _isSnapshotDue = false;
            return true;
        }
        catch (IOException)
        {
            _bytesSinceSnapshot = 0;
            _retryDistanceBytes = SnapshotPartSizeBytes;
            return false;
        }
    }

    /// <summary>
    /// Appends the whole map; when its last record is durable, the segments before the snapshot before it are let go.
    /// </summary>
    private async Task AppendSnapshotAsync()
    {
        _encoded.ResetWrittenCount();
        await AppendAsync(StateLogFormat.SnapshotStartKey.ToArray(), CancellationToken.None).ConfigureAwait(false);
        var start = _newest;
        long size = 0;
        foreach (var (key, value) in List(""))
        {
            StateLogFormat.Write(_encoded, new StateChange(key, value.ToArray()));
            if (_encoded.WrittenCount >= SnapshotPartSizeBytes)
            {
                size += await AppendPartAsync().ConfigureAwait(false);
            }
        }

        size += await AppendPartAsync().ConfigureAwait(false);
        var durable = await AppendAsync(StateLogFormat.SnapshotEndKey.ToArray(), CancellationToken.None)
            .ConfigureAwait(false);
        await durable.ConfigureAwait(false);
        _snapshotSizeBytes = size;
        _bytesSinceSnapshot = 0;
        (var previous, _snapshotStart) = (_snapshotStart, start);
        _log.EvictBefore(previous, EvictionReason.Superseded);
    }

    private async ValueTask<long> AppendPartAsync()
    {
        var size = _encoded.WrittenCount;
        await AppendAsync(StateLogFormat.SnapshotPartKey.ToArray(), CancellationToken.None).ConfigureAwait(false);
        _encoded.ResetWrittenCount();
        return size;
    }
}
