using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>All streams of one data folder, their consumers' checkpoints, and the gateway's own state.</summary>
/// <remarks>
/// Thread-safe. Opening finds every stream that was made before and recovers it. In the folder: <c>state/</c> the log
/// of
/// the state, <c>streams/&lt;name&gt;/&lt;shard id&gt;/</c> the shards, <c>boots</c> and <c>lock</c>.
/// </remarks>
public sealed class StreamStore : IAsyncDisposable
{
    private const string StreamKeyPrefix = "streams/";

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly IDisk _disk;
    private readonly StreamFiles _files;
    private readonly FolderLock _folderLock;
    private readonly Committer _committer;
    private readonly LogClock _clock;
    private readonly TimeProvider _timeProvider;
    private readonly DiskBudget _budget;
    private readonly EvictionLedger _evictions;
    private readonly SortedDictionary<string, DataStream> _streams = new(StringComparer.Ordinal);
    private readonly List<string> _recoveryFindings = [];
    private LogEncryption? _encryption;
    private bool _isDisposed;

    private StreamStore(StreamStoreOptions options, FolderLock folderLock, TimeProvider timeProvider)
    {
        _disk = options.Disk;
        _files = new StreamFiles(_disk, options.Folder);
        _folderLock = folderLock;
        _encryption = options.Encryption;
        _timeProvider = timeProvider;
        var stateFolder = Path.Combine(options.Folder, "state");
        _committer = new Committer(timeProvider);
        try
        {
            _clock = new LogClock(timeProvider, BootLedger.Open(_disk, options.Folder, timeProvider));
            _budget = new DiskBudget(_disk, options.Folder, () => Streams) { Limits = options.Limits };
            _committer.CheckBytesPerSecond = options.Limits.ScrubBytesPerSecond;
            State = StateStore.Load(OpenLog(
                StateStore.LogOptions(stateFolder) with
                {
                    Space = new StateSpace(_budget),
                    Encryption = _encryption,
                }));
            _evictions = new EvictionLedger(State);
            if (State.SkippedRecords > 0)
            {
                _recoveryFindings.Add($"The gateway's state misses {State.SkippedRecords} damaged records.");
            }

            var definitions = new List<StreamDefinition>();
            foreach (var (_, value) in State.List(StreamKeyPrefix))
            {
                definitions.Add(StreamDefinitionFormat.Read(value));
            }

            CheckKeys(definitions);
            _files.FinishDeletions(State);
            foreach (var definition in definitions)
            {
                _streams[definition.Name] = OpenStream(definition);
            }
        }
        catch
        {
            _committer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The gateway's own state. Keys that start with <c>streams/</c>, <c>deletions/</c>, <c>consumers/</c> and
    /// <c>evictions/</c> belong to this class.
    /// </summary>
    public StateStore State { get; }

    /// <summary>Every stream, by name.</summary>
    public IReadOnlyList<DataStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values];
            }
        }
    }

    /// <summary>How much of the disk the streams may take; may be replaced at any time.</summary>
    public StorageLimits Limits
    {
        get => _budget.Limits;
        set
        {
            _budget.Limits = value;
            _committer.CheckBytesPerSecond = value.ScrubBytesPerSecond;
        }
    }

    /// <summary>The keys, and which of them new segments get.</summary>
    public LogEncryption? Encryption => Volatile.Read(ref _encryption);

    /// <summary>How many segments of all logs need which key.</summary>
    public IReadOnlyList<LogKeyUse> KeyUse
    {
        get
        {
            var uses = new List<LogKeyUse>();
            State.Log.AddKeyUse(uses);
            foreach (var shard in Streams.SelectMany(stream => stream.Shards))
            {
                shard.Log.AddKeyUse(uses);
            }

            return uses;
        }
    }

    /// <summary>How much of it they take now.</summary>
    public StorageStatus Storage => _budget.Status;

    /// <summary>Bytes of keys and values that all streams have taken since the store was opened.</summary>
    /// <remarks>A stream that is deleted takes its part with it.</remarks>
    public long PayloadBytes
    {
        get
        {
            long bytes = 0;
            foreach (var stream in Streams)
            {
                foreach (var shard in stream.Shards)
                {
                    bytes += shard.Log.PayloadBytes;
                }
            }

            return bytes;
        }
    }

    /// <summary>What recovery found at opening, one line a finding, empty after a clean stop.</summary>
    public IReadOnlyList<string> RecoveryFindings => _recoveryFindings;

    /// <summary>Opens the folder and recovers what a crash left.</summary>
    /// <exception cref="IOException">The folder cannot be used, or another process has it open.</exception>
    public static StreamStore Open(StreamStoreOptions options, TimeProvider? timeProvider = null)
    {
        // A real folder even on a substitute disk, since the lock is between processes. Listing makes it, and its name
        // durable: a power cut must not take the folder with all that was acknowledged in it.
        _ = new NativeDisk().List(options.Folder);
        var folderLock = FolderLock.Take(options.Folder);
        try
        {
            return new StreamStore(options, folderLock, timeProvider ?? TimeProvider.System);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Finds a stream.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out DataStream? stream)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(name, out stream);
        }
    }

    /// <summary>
    /// Makes the stream, or applies a changed retention, durability or segment size to the one that exists.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The definition is out of range; the message names the member and its range.
    /// </exception>
    /// <exception cref="InvalidOperationException">The stream exists with another shard count.</exception>
    public async ValueTask<DataStream> CreateOrUpdateAsync(
        StreamDefinition definition, CancellationToken cancellationToken = default)
    {
        definition.Validate();
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (TryGet(definition.Name, out var existing) && existing.Definition == definition)
            {
                return existing;
            }

            if (existing is not null && existing.Definition.ShardCount != definition.ShardCount)
            {
                throw new InvalidOperationException(
                    $"Stream '{definition.Name}' has {existing.Definition.ShardCount} shards; that number is fixed.");
            }

            return existing is null
                ? await CreateAsync(definition, cancellationToken).ConfigureAwait(false)
                : await UpdateAsync(existing, definition, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Replaces the keys, and which of them new segments get. A log begins a new segment with its next record; the
    /// state is written anew at once, so that it needs no older key.
    /// </summary>
    /// <remarks>What was opened is read on, also when its key is no longer there; the next opening needs it.</remarks>
    public async ValueTask ChangeEncryptionAsync(
        LogEncryption? encryption, CancellationToken cancellationToken = default)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Volatile.Write(ref _encryption, encryption);
            State.Log.Options = State.Log.Options with { Encryption = encryption };
            foreach (var shard in Streams.SelectMany(stream => stream.Shards))
            {
                shard.Log.Options = shard.Log.Options with { Encryption = encryption };
            }

            await State.RenewKeyAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Deletes a stream, its records and its consumers' checkpoints; false if there was none.</summary>
    /// <remarks>Appends to it fail from then on; readers end where they are.</remarks>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!TryGet(name, out var stream))
            {
                return false;
            }

            var batch = new StateBatch();
            batch.Delete(StreamKeyPrefix + name);
            StreamFiles.BeginDeletion(batch, name, stream.Shards.Count);
            foreach (var prefix in (ReadOnlySpan<string>)[StreamConsumer.KeyPrefix, EvictionLedger.KeyPrefix])
            {
                foreach (var (key, _) in State.List($"{prefix}{name}/"))
                {
                    batch.Delete(key);
                }
            }

            await State.CommitAsync(batch, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                _streams.Remove(name);
            }

            foreach (var shard in stream.Shards)
            {
                _committer.Close(shard.Log);
            }

            _files.Delete(name, stream.Shards.Count);
            var end = new StateBatch();
            StreamFiles.EndDeletion(end, name);
            await State.CommitAsync(end, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The named consumer of a stream; <paramref name="start"/> counts until it has a checkpoint.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="StreamName"/>.</exception>
    public StreamConsumer OpenConsumer(DataStream stream, string name, ShardPosition start) =>
        StreamName.IsValid(name)
            ? new StreamConsumer(State, stream, name, start)
            : throw new ArgumentException($"'{name}' is no consumer name: 1 to 128 letters, digits, '_', '.' or '-'.");

    /// <summary>
    /// Evicts what retention and the budget say, and sees to the reserve. Called about once a second.
    /// </summary>
    public void Tick()
    {
        _committer.Tick();
        State.Log.Tick();
        _budget.Tick();
        foreach (var stream in Streams)
        {
            foreach (var shard in stream.Shards)
            {
                shard.Log.Tick();
            }
        }

        _evictions.Tick(Streams);
    }

    /// <summary>Commits everything, marks the logs as cleanly stopped, and closes them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        if (_isDisposed)
        {
            _changing.Release();
            return;
        }

        _isDisposed = true;
        await _evictions.FlushAsync(Streams).ConfigureAwait(false);
        foreach (var shard in Streams.SelectMany(stream => stream.Shards))
        {
            _committer.Close(shard.Log);
        }

        _committer.Close(State.Log);
        _committer.Dispose();
        _folderLock.Dispose();
        _changing.Release();
    }

    /// <summary>
    /// Makes the shards first and the definition durable last: a stream that does not fit leaves nothing behind.
    /// </summary>
    /// <remarks>
    /// Files that are there without a definition are the stream's, whose definition was lost with a damaged state: its
    /// records are kept. Only what a crash in the middle of a deletion left is removed.
    /// </remarks>
    private async ValueTask<DataStream> CreateAsync(StreamDefinition definition, CancellationToken cancellationToken)
    {
        _files.FinishDeletion(State, definition.Name);
        var isAdopted = _files.Exist(definition);
        DataStream? stream = null;
        try
        {
            stream = OpenStream(definition);
            await SaveAsync(definition, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Discard(stream, definition, mustKeepFiles: isAdopted);
            throw;
        }

        if (isAdopted)
        {
            _recoveryFindings.Add(
                $"Stream '{definition.Name}' is not in the gateway's state, but its files are there: they are kept.");
        }

        lock (_gate)
        {
            return _streams[stream.Name] = stream;
        }
    }

    private async ValueTask<DataStream> UpdateAsync(
        DataStream stream, StreamDefinition definition, CancellationToken cancellationToken)
    {
        await SaveAsync(definition, cancellationToken).ConfigureAwait(false);
        stream.Definition = definition;
        foreach (var shard in stream.Shards)
        {
            shard.Log.Options = LogOptions(shard.Log.Options.Folder, definition, shard.Space);
        }

        return stream;
    }

    private ValueTask SaveAsync(StreamDefinition definition, CancellationToken cancellationToken)
    {
        var batch = new StateBatch();
        batch.Put(StreamKeyPrefix + definition.Name, StreamDefinitionFormat.ToBytes(definition));
        StreamFiles.EndDeletion(batch, definition.Name);
        return State.CommitAsync(batch, cancellationToken);
    }

    private void Discard(DataStream? stream, StreamDefinition definition, bool mustKeepFiles)
    {
        foreach (var shard in stream?.Shards ?? [])
        {
            _committer.Close(shard.Log);
        }

        if (!mustKeepFiles)
        {
            _files.Delete(definition.Name, definition.ShardCount);
        }
    }

    /// <summary>Looks for the keys of all streams before the first of them is opened.</summary>
    /// <exception cref="EncryptionKeyException">One of them needs a key that is not given.</exception>
    private void CheckKeys(List<StreamDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            for (var i = 0; i < definition.ShardCount; i++)
            {
                LogInspection.CheckKeys(_disk, _files.FolderOf(definition.Name, i), _encryption);
            }
        }
    }

    private DataStream OpenStream(StreamDefinition definition)
    {
        var shards = new Shard[definition.ShardCount];
        try
        {
            for (var i = 0; i < shards.Length; i++)
            {
                var (start, end) = HashKeyRange.Of(i, shards.Length);
                var space = new ShardSpace(_budget, _timeProvider);
                var log = OpenLog(LogOptions(_files.FolderOf(definition.Name, i), definition, space));
                var before = EvictionLedger.Load(State, definition.Name, Shard.IdOf(i));
                shards[i] = new Shard(i, start, end, log, space, before);
            }
        }
        catch
        {
            foreach (var shard in shards)
            {
                if (shard is not null)
                {
                    _committer.Close(shard.Log);
                }
            }

            throw;
        }

        return new DataStream(definition, shards);
    }

    private ShardLogOptions LogOptions(string folder, StreamDefinition definition, ILogSpace space) => new()
    {
        Space = space,
        Folder = folder,
        SegmentSizeBytes = definition.SegmentSizeBytes,
        Durability = definition.Durability,
        RetentionAge = definition.RetentionAge,
        RetentionBytes = definition.RetentionBytes / definition.ShardCount,
        Compression = definition.Compression,
        Encryption = Encryption,
    };

    private ShardLog OpenLog(ShardLogOptions options)
    {
        var log = _committer.Open(_disk, _clock, options);
        _recoveryFindings.AddRange(log.RecoveryFindings);
        return log;
    }
}
