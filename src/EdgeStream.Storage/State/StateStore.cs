using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>
/// The gateway's own small state: a durable, ordered map from text keys to bytes, kept in memory and in a shard log.
/// </summary>
/// <remarks>
/// Thread-safe. Keys are in ordinal order. Everything lives in memory: keep it to some megabytes. Each batch is one
/// record
/// of the log, so it survives whole or not at all; now and then a snapshot of the whole map lets older segments go.
/// A batch is visible at once and durable when its commit completes.
/// </remarks>
public sealed class StateStore
{
    private const int SegmentSizeBytes = 4 << 20;
    private const int SnapshotPartSizeBytes = 256 << 10;

    /// <summary>
    /// A snapshot is due when this many times its own size (or one segment) was appended since the last.
    /// </summary>
    private const int SnapshotEveryTimesSize = 4;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ShardLog _log;
    private readonly SortedDictionary<string, byte[]> _map;
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private SequenceNumber _newest;
    private long _bytesSinceSnapshot;
    private long _snapshotSizeBytes;

    /// <summary>So much is appended before a snapshot for another key is tried again.</summary>
    private long _renewalDistanceBytes;

    private StateStore(ShardLog log, SortedDictionary<string, byte[]> map)
    {
        _log = log;
        _map = map;
    }

    /// <summary>The log under the state, for statistics and health.</summary>
    public ShardLog Log => _log;

    /// <summary>
    /// Records of the log that could not be read when the state was loaded: changes that may be missing.
    /// </summary>
    public long SkippedRecords { get; private init; }

    /// <summary>How a state log is kept: small segments, always synced.</summary>
    public static ShardLogOptions LogOptions(string folder) =>
        new() { Folder = folder, SegmentSizeBytes = SegmentSizeBytes, RecordSizeBytesMax = 2 << 20 };

    /// <summary>Reads the state that a log holds.</summary>
    /// <exception cref="InvalidDataException">A record is not of this format.</exception>
    public static StateStore Load(ShardLog log)
    {
        var replay = new StateReplay();
        using var reader = log.OpenReader(log.OldestSequence);
        while (reader.TryRead(out var record))
        {
            replay.Apply(record);
        }

        return new StateStore(log, replay.Map)
        {
            _snapshotSizeBytes = replay.SnapshotSizeBytes,
            _bytesSinceSnapshot = replay.BytesSinceSnapshot,
            SkippedRecords = reader.SkippedRecords,
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
            if (_bytesSinceSnapshot > Math.Max(SegmentSizeBytes, SnapshotEveryTimesSize * _snapshotSizeBytes)
                || (HasOldKey && _bytesSinceSnapshot >= _renewalDistanceBytes))
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
    /// they are: from then on no older key is needed. Without room for it, a later batch does.
    /// </summary>
    public async ValueTask RenewKeyAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (HasOldKey)
            {
                await TrySnapshotAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether the oldest segment has another key than the next one gets; no damaged one goes for that.
    /// </summary>
    private bool HasOldKey => _log.Segments[0] is { IsLocked: false, IsUnknown: false } oldest
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

            if (status != AppendStatus.Busy)
            {
                throw new IOException($"The gateway's state could not be saved: {status}.", _log.Failure);
            }

            await _log.WhenRoom().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A snapshot that fails changes nothing: the batches are there, and a later one is tried.</summary>
    private async Task TrySnapshotAsync()
    {
        try
        {
            await AppendSnapshotAsync().ConfigureAwait(false);
            _renewalDistanceBytes = HasOldKey ? SnapshotPartSizeBytes : 0;
        }
        catch (IOException)
        {
            _bytesSinceSnapshot = 0;
            _renewalDistanceBytes = SnapshotPartSizeBytes;
        }
    }

    /// <summary>
    /// Appends the whole map; when its last record is durable, the segments before its first are let go.
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
        _log.EvictBefore(start, EvictionReason.Superseded);
    }

    private async ValueTask<long> AppendPartAsync()
    {
        var size = _encoded.WrittenCount;
        await AppendAsync(StateLogFormat.SnapshotPartKey.ToArray(), CancellationToken.None).ConfigureAwait(false);
        _encoded.ResetWrittenCount();
        return size;
    }
}
