using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>All streams of one data folder, their consumers' checkpoints, and the gateway's own state.</summary>
/// <remarks>
/// Thread-safe. Opening finds every stream that was made before and recovers it. In the folder: <c>state/</c> the log
/// of the state, <c>streams/&lt;name&gt;/&lt;shard id&gt;/</c> the shards, <c>boots</c>, <c>clock</c> and <c>lock</c>.
/// </remarks>
public sealed class StreamStore : IAsyncDisposable
{
    /// <summary>How many shards of a stream may be open.</summary>
    public const int OpenShardsMax = 64;

    /// <summary>How many open and closed shards a stream may have.</summary>
    public const int ShardsMax = 1000;

    internal const string StreamKeyPrefix = "streams/";

    private readonly StreamTable _streams = new();
    private readonly ChangeTurns _turns = new();
    private readonly StreamFiles _files;
    private readonly FolderLock _folderLock;
    private readonly Committer _committer;
    private readonly ClockLedger _clock;
    private readonly StreamLogs _logs;
    private readonly Resharder _resharder;
    private readonly StreamDefinitions _definitions;
    private readonly DiskBudget _budget;
    private readonly EvictionLedger _evictions;
    private readonly StreamUpkeep _upkeep;
    private IReadOnlyList<FailedTurn> _failedTurns = [];

    private StreamStore(StreamStoreOptions options, FolderLock folderLock, TimeProvider timeProvider)
    {
        _files = new StreamFiles(options.Disk, options.Folder);
        _folderLock = folderLock;
        var stateFolder = Path.Combine(options.Folder, "state");
        _committer = new Committer(timeProvider);
        try
        {
            var clock = new LogClock(
                timeProvider, BootLedger.Open(options.Disk, options.Folder, options.Boot.Id, timeProvider));
            _clock = new ClockLedger(
                options.Disk, options.Folder, clock, timeProvider, options.Boot);
            _clock.Load();
            _budget = new DiskBudget(options.Disk, options.Folder, () => Streams) { Limits = options.Limits };
            _committer.CheckBytesPerSecond = options.Limits.ScrubBytesPerSecond;
            _logs = new StreamLogs(options.Disk, _files, _committer, clock, _budget, timeProvider)
            {
                Encryption = options.Encryption,
            };
            State = StateStore.Load(_logs.Open(
                StateStore.LogOptions(stateFolder) with
                {
                    Space = new StateSpace(_budget),
                    Encryption = options.Encryption,
                }));
            _evictions = new EvictionLedger(State);
            Groups = new ConsumerGroups(State, timeProvider);
            Queues = new RecordQueues(State, timeProvider);
            _definitions = new StreamDefinitions(_logs, _files, State, timeProvider);
            _resharder = new Resharder(_logs, State, timeProvider);
            _upkeep = new StreamUpkeep(
                State, _streams, _turns, _logs, _resharder, new ClosedShards(_logs, _files, State, timeProvider));
            if (State.SkippedRecords > 0)
            {
                _logs.Findings.Add($"The gateway's state misses {State.SkippedRecords} damaged records.");
            }

            var entries = _definitions.Read();
            _logs.CheckKeys(entries);
            _files.FinishDeletions(State);
            var batch = new StateBatch();
            foreach (var entry in entries)
            {
                _streams.Add(_logs.OpenStream(State, entry));
                _logs.RemoveUnmade(State, entry, batch);
            }

            _logs.NoteCuts(State, _streams.All, batch);
            _logs.Findings.AddRange(Queues.Load(_streams.All));
            _clock.Begin(_streams.NewestArrival);
        }
        catch
        {
            _committer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The gateway's own state. Keys that start with <c>streams/</c>, <c>deletions/</c>, <c>making/</c>,
    /// <c>consumers/</c>, <c>groups/</c>, <c>queues/</c>, <c>producers/</c> and <c>evictions/</c> belong to this class.
    /// </summary>
    public StateStore State { get; }

    /// <summary>Consumers that share a stream's shards.</summary>
    public ConsumerGroups Groups { get; }

    /// <summary>Queues that give out the records of streams one by one.</summary>
    public RecordQueues Queues { get; }

    /// <summary>Every stream, by name.</summary>
    public IReadOnlyList<DataStream> Streams => _streams.All;

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
    public LogEncryption? Encryption => _logs.Encryption;

    /// <summary>How many segments of all logs need which key.</summary>
    public IReadOnlyList<LogKeyUse> KeyUse
    {
        get
        {
            var uses = new List<LogKeyUse>();
            State.Log.AddKeyUse(uses);
            foreach (var shard in _streams.Shards)
            {
                shard.Log.AddKeyUse(uses);
            }

            return uses;
        }
    }

    /// <summary>How much of it they take now.</summary>
    public StorageStatus Storage => _budget.Status;

    /// <summary>What failed in the last <see cref="Tick"/>, and is tried again with the next.</summary>
    public IReadOnlyList<FailedTurn> FailedTurns => Volatile.Read(ref _failedTurns);

    /// <summary>What is known of the wall clock.</summary>
    public ClockStatus Clock => _clock.Status;

    /// <summary>Bytes of keys and values that all streams have taken since the store was opened.</summary>
    /// <remarks>A stream that is deleted takes its part with it.</remarks>
    public long PayloadBytes => _streams.Shards.Sum(shard => shard.Log.PayloadBytes);

    /// <summary>What recovery found at opening, one line a finding, empty after a clean stop.</summary>
    public IReadOnlyList<string> RecoveryFindings => _logs.Findings;

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

    /// <summary>What is known to be wrong with times in a data folder, to read its logs without opening
    /// it.</summary>
    /// <exception cref="IOException">What is known cannot be read.</exception>
    public static ClockCorrections ReadCorrections(IDisk disk, string folder) =>
        ClockFile.Read(disk, folder).Corrections;

    /// <summary>Finds a stream.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out DataStream? stream) => _streams.TryGet(name, out stream);

    /// <summary>Finds a stream by its id.</summary>
    public bool TryGet(long id, [NotNullWhen(true)] out DataStream? stream) => _streams.TryGet(id, out stream);

    /// <summary>
    /// Makes the stream, or applies a changed retention, durability or segment size to the one that exists.
    /// </summary>
    /// <remarks>
    /// The shard count counts for a stream that is made. One that exists keeps the shards that splits, merges and
    /// scaling have given it, as long as the count is the one it was made with.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The definition is out of range; the message names the member and its range.
    /// </exception>
    /// <exception cref="InvalidOperationException">The stream exists and was made with another shard count.</exception>
    public async ValueTask<DataStream> CreateOrUpdateAsync(
        StreamDefinition definition, CancellationToken cancellationToken = default)
    {
        definition.Validate();
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (!TryGet(definition.Name, out var existing))
        {
            return await MakeAsync(definition, new StreamAttributes(), cancellationToken).ConfigureAwait(false);
        }

        if (existing.Definition == definition)
        {
            return existing;
        }

        if (existing.Definition.ShardCount != definition.ShardCount)
        {
            throw new InvalidOperationException(
                $"Stream '{definition.Name}' was made with {existing.Definition.ShardCount} shards; that is fixed.");
        }

        await _definitions.SaveAsync(existing, existing.Entry with { Definition = definition }, cancellationToken)
            .ConfigureAwait(false);
        return existing;
    }

    /// <summary>Makes a stream; null if there is one of the name.</summary>
    /// <param name="definition">The layout.</param>
    /// <param name="attributes">The rest; id and creation time are given by the store.</param>
    /// <param name="cancellationToken">Gives up before anything is made.</param>
    /// <exception cref="ArgumentException">A member is out of range; the message names it.</exception>
    public async ValueTask<DataStream?> CreateAsync(
        StreamDefinition definition, StreamAttributes attributes, CancellationToken cancellationToken = default)
    {
        definition.Validate();
        attributes.Validate();
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        attributes.Check(definition, Encryption);
        return TryGet(definition.Name, out _)
            ? null
            : await MakeAsync(definition, attributes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes an existing stream's retention, durability or segment size, durably; null if there is none.
    /// </summary>
    /// <param name="name">The stream.</param>
    /// <param name="change">Makes the new definition of the present one; name and shard count stay.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <exception cref="ArgumentException">The result is out of range; nothing has changed.</exception>
    public async ValueTask<DataStream?> ChangeDefinitionAsync(
        string name, Func<StreamDefinition, StreamDefinition> change, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (TryGet(name, out var stream))
        {
            var definition = change(stream.Definition) with { Name = name, ShardCount = stream.Definition.ShardCount };
            definition.Validate();
            await _definitions
                .SaveAsync(stream, stream.Entry with { Definition = definition }, cancellationToken)
                .ConfigureAwait(false);
        }

        return stream;
    }

    /// <summary>Changes what Kinesis's API says of a stream, durably; null if there is none.</summary>
    /// <param name="name">The stream.</param>
    /// <param name="change">Makes the new attributes of the present ones; id and creation time stay.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <exception cref="ArgumentException">The result is out of range; nothing has changed.</exception>
    public async ValueTask<DataStream?> ChangeAttributesAsync(
        string name, Func<StreamAttributes, StreamAttributes> change, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (TryGet(name, out var stream))
        {
            var old = stream.Attributes;
            var attributes = change(old) with { Id = old.Id, CreatedAt = old.CreatedAt };
            attributes.Validate();
            attributes.Check(stream.Definition, Encryption);
            await _definitions
                .SaveAsync(stream, stream.Entry with { Attributes = attributes }, cancellationToken)
                .ConfigureAwait(false);
        }

        return stream;
    }

    /// <summary>Splits an open shard in two: the upper one begins with the hash key. Kinesis's SplitShard.</summary>
    /// <remarks>
    /// Durable, as all resharding, when it completes; a crash before that leaves the shard as it was, or both children.
    /// Appends of its keys are <see cref="AppendStatus.Busy"/> for about two commits. Consumers that have a checkpoint
    /// in the parent have one before the first record in each child.
    /// </remarks>
    /// <exception cref="ReshardException">The stream or the shard is not there, or cannot be split there.</exception>
    /// <exception cref="IOException">A log or the state could not be written; the shard is open as before.</exception>
    public async ValueTask SplitShardAsync(
        string streamName, string shardId, UInt128 newStartingHashKey, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        var stream = FindForResharding(streamName);
        await _resharder.SplitAsync(stream, shardId, newStartingHashKey, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Merges two open shards whose ranges lie side by side into one. Kinesis's MergeShards.</summary>
    /// <exception cref="ReshardException">The stream or a shard is not there, or they cannot be merged.</exception>
    /// <exception cref="IOException">A log or the state could not be written; the shards are open as
    /// before.</exception>
    public async ValueTask MergeShardsAsync(
        string streamName, string shardId, string adjacentShardId, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        await _resharder
            .MergeAsync(FindForResharding(streamName), shardId, adjacentShardId, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Splits and merges until so many open shards share the range evenly. Kinesis's UpdateShardCount, UNIFORM_SCALING.
    /// </summary>
    /// <remarks>
    /// Each split or merge is a durable step of its own, and so is the target: after a crash the store goes on with it
    /// by itself (<see cref="Tick"/>). <see cref="DataStream.IsChanging"/> meanwhile.
    /// </remarks>
    /// <exception cref="ReshardException">The stream is not there, or the count is out of range.</exception>
    /// <exception cref="IOException">A log or the state could not be written; the scaling ends where it is.</exception>
    public async ValueTask UpdateShardCountAsync(
        string streamName, int targetCount, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        var stream = FindForResharding(streamName);
        await _resharder.ScaleAsync(stream, targetCount, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Replaces the keys, and which of them new segments get. A log begins a new segment with its next record; the
    /// state is written anew at once, so that it needs no older key.
    /// </summary>
    /// <remarks>What was opened is read on, also when its key is no longer there; the next opening needs it.</remarks>
    public async ValueTask ChangeEncryptionAsync(
        LogEncryption? encryption, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        _logs.Encryption = encryption;
        State.Log.Options = State.Log.Options with { Encryption = encryption };
        foreach (var shard in _streams.Shards)
        {
            shard.Log.Options = shard.Log.Options with { Encryption = encryption };
        }

        await State.RenewKeyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a stream, its records and its consumers' checkpoints; false if there was none.</summary>
    /// <remarks>Appends to it fail from then on; readers end where they are.</remarks>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (!TryGet(name, out var stream))
        {
            return false;
        }

        await Groups.EndAsync(stream).ConfigureAwait(false);
        await Queues.EndAsync(stream).ConfigureAwait(false);
        try
        {
            await State.CommitAsync(StreamFiles.DeletionOf(State, stream), cancellationToken).ConfigureAwait(false);
            _streams.Remove(stream);
            stream.Expire();
        }
        finally
        {
            Groups.Ended(stream);
            Queues.Ended(stream);
        }

        _logs.Close(stream.Shards);
        _files.Delete(name, stream.Entry.Shards);
        await _evictions.WhenSaved().ConfigureAwait(false);
        var end = new StateBatch();
        StreamFiles.EndDeletion(end, name);
        StreamFiles.AddRemovalOfKept(end, State, name);
        await State.CommitAsync(end, cancellationToken).ConfigureAwait(false);
        return true;
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
    /// <remarks>
    /// The reserve, the budget, the state and each stream have a turn of their own: <see cref="FailedTurns"/> tells
    /// which of them failed, and the others have had theirs.
    /// </remarks>
    public void Tick()
    {
        _clock.Tick();
        _committer.Tick();
        var round = new TurnRound(FailedTurns);
        round.Give("retention of the state", () => State.Log.Tick());
        round.Give("disk reserve", _budget.TickReserve);
        round.Give("disk budget", _budget.Tick);
        foreach (var stream in Streams)
        {
            round.Give($"retention of {stream.Name}", () => Retain(stream));
        }

        Volatile.Write(ref _failedTurns, round.Failed);
        _evictions.Tick(Streams);
        _upkeep.Tick();
    }

    /// <summary>Does now what a <see cref="Tick"/> may begin. Never throws.</summary>
    internal Task UpkeepAsync() => _upkeep.RunAsync();

    /// <summary>Commits everything, marks the logs as cleanly stopped, and closes them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _upkeep.WhenOver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var last = await _turns.TakeLastAsync().ConfigureAwait(false);
        if (last is null)
        {
            return;
        }

        await _evictions.FlushAsync(Streams).ConfigureAwait(false);
        foreach (var stream in Streams)
        {
            _logs.Close(stream.Shards);
            stream.EndChange();
        }

        _committer.Close(State.Log);
        _committer.Dispose();
        _clock.Close();
        _folderLock.Dispose();
    }

    private static void Retain(DataStream stream)
    {
        foreach (var shard in stream.Shards)
        {
            shard.Log.Tick();
        }

        ClosedShards.Evict(stream);
    }

    private async ValueTask<DataStream> MakeAsync(
        StreamDefinition definition, StreamAttributes attributes, CancellationToken cancellationToken)
    {
        var stream = await _definitions.MakeAsync(definition, attributes, Streams, cancellationToken)
            .ConfigureAwait(false);
        _streams.Add(stream);
        return stream;
    }

    private DataStream FindForResharding(string name) => TryGet(name, out var stream)
        ? stream
        : throw new ReshardException(ReshardRefusal.NoStream, $"There is no stream '{name}'.");
}
