using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Opens and closes the logs of all shards, and knows how each is to be kept.</summary>
/// <remarks>Not thread-safe; used by one caller at a time.</remarks>
internal sealed class StreamLogs(
    IDisk disk, StreamFiles files, Committer committer, LogClock clock, DiskBudget budget, TimeProvider timeProvider)
{
    /// <summary>
    /// A closed shard's last segment is empty; it has room for all of a log's checkpoints, which are an eighth of it at
    /// most.
    /// </summary>
    private const int ClosedSegmentSizeBytesMax = 512 << 10;

    private LogEncryption? _encryption;

    /// <summary>What opening logs found, one line a finding.</summary>
    internal List<string> Findings { get; } = [];

    /// <summary>The keys, and which of them new segments get.</summary>
    internal LogEncryption? Encryption
    {
        get => Volatile.Read(ref _encryption);
        set => Volatile.Write(ref _encryption, value);
    }

    internal ShardLog Open(ShardLogOptions options)
    {
        var log = committer.Open(disk, clock, options);
        Findings.AddRange(log.RecoveryFindings);
        return log;
    }

    /// <summary>Opens one shard of a stream; a closed one takes nothing from the first moment on.</summary>
    internal Shard OpenShard(StateStore state, StreamEntry stream, ShardEntry entry)
    {
        var space = new ShardSpace(budget, timeProvider);
        var log = Open(OptionsOf(stream, entry, space));
        var before = EvictionLedger.Load(state, stream.Definition.Name, entry.Id);
        if (entry.ClosedAt is not null)
        {
            log.SealAtOnce();
            log.EndReading();
        }

        return new Shard(stream.Attributes.Id, entry, log, space, before, timeProvider);
    }

    /// <summary>Opens all shards of a stream, or none.</summary>
    internal DataStream OpenStream(StateStore state, StreamEntry entry)
    {
        var shards = new List<Shard>();
        try
        {
            foreach (var shard in entry.Shards)
            {
                shards.Add(OpenShard(state, entry, shard));
            }
        }
        catch
        {
            Close(shards);
            throw;
        }

        return new DataStream(entry, [.. shards]);
    }

    /// <summary>Removes what a split or merge that came to nothing has left: logs that were begun and hold
    /// nothing.</summary>
    /// <remarks>The state tells which, and a log that holds a record is kept whatever the state says.</remarks>
    internal void RemoveUnmade(StateStore state, StreamEntry stream)
    {
        foreach (var index in StreamFiles.Unmade(state, stream))
        {
            if (!files.Exist(stream.Definition.Name, index))
            {
                continue;
            }

            var entry = new ShardEntry(index, UInt128.MinValue, UInt128.MaxValue, default);
            var shard = OpenShard(state, stream, entry);
            var isEmpty = shard.NewestSequence == SequenceNumber.None;
            Close([shard]);
            if (isEmpty)
            {
                files.Delete(stream.Definition.Name, [entry]);
            }
        }
    }

    /// <summary>Notes, durably, which shards may lack records that a relaxed durability had acknowledged, and that no
    /// consumer or group has done more than is left; before anything is appended.</summary>
    internal void NoteCuts(StateStore state, IReadOnlyCollection<DataStream> streams)
    {
        var batch = new StateBatch();
        foreach (var stream in streams)
        {
            var entry = stream.Entry;
            foreach (var shard in stream.OpenShards)
            {
                if (stream.Definition.Durability != Durability.Fsync && !shard.Log.WasClosed)
                {
                    shard.NoteCut();
                    entry = entry.With(shard.Entry);
                    StreamConsumer.AddCut(batch, state, stream, shard);
                    ConsumerGroups.AddCut(batch, state, stream, shard);
                }
            }

            if (!ReferenceEquals(entry, stream.Entry))
            {
                stream.Entry = entry;
                StreamEntryFormat.Put(batch, entry);
            }
        }

        try
        {
            // Nobody waits but the one who opens: the committer has a thread of its own.
            state.CommitAsync(batch).AsTask().GetAwaiter().GetResult();
        }
        catch (IOException error)
        {
            Findings.Add(
                $"That records may have been cut off could not be noted in the gateway's state: {error.Message}");
        }
    }

    /// <summary>Closes shards that were never made, and removes their files.</summary>
    internal void Discard(string streamName, List<Shard> shards)
    {
        Close(shards);
        files.Delete(streamName, shards.ConvertAll(static shard => shard.Entry));
    }

    /// <summary>Commits what the shards' logs hold and closes them.</summary>
    internal void Close(IReadOnlyList<Shard> shards)
    {
        foreach (var shard in shards)
        {
            committer.Close(shard.Log);
        }
    }

    /// <summary>Applies a changed definition, or another number of shards, to every log of a stream.</summary>
    internal void Apply(DataStream stream)
    {
        foreach (var shard in stream.Shards)
        {
            shard.Log.Options = OptionsOf(stream.Entry, shard.Entry, shard.Space);
        }
    }

    /// <summary>Looks for the keys of all streams before the first of them is opened.</summary>
    /// <exception cref="EncryptionKeyException">One of them needs a key that is not given.</exception>
    internal void CheckKeys(List<StreamEntry> entries)
    {
        foreach (var entry in entries)
        {
            foreach (var shard in entry.Shards)
            {
                LogInspection.CheckKeys(disk, files.FolderOf(entry.Definition.Name, shard.Index), Encryption);
            }
        }
    }

    /// <summary>
    /// How a shard's log is kept. Open shards share the stream's bytes evenly; what these leave of it is the closed
    /// ones' (<see cref="ClosedShards"/>).
    /// </summary>
    private ShardLogOptions OptionsOf(StreamEntry stream, ShardEntry shard, ILogSpace space)
    {
        var definition = stream.Definition;
        var options = new ShardLogOptions
        {
            Space = space,
            Folder = files.FolderOf(definition.Name, shard.Index),
            SegmentSizeBytes = definition.SegmentSizeBytes,
            Durability = definition.Durability,
            RetentionAge = definition.RetentionAge,
            RetentionBytes = definition.RetentionBytes / Math.Max(1, stream.OpenShardCount),
            Compression = definition.Compression,
            Encryption = Encryption,
        };
        return shard.ClosedAt is null
            ? options
            : options with
            {
                SegmentSizeBytes = Math.Min(definition.SegmentSizeBytes, ClosedSegmentSizeBytesMax),
                SpareSegmentsMax = 0,
                Durability = Durability.Fsync,
                RetentionBytes = long.MaxValue,
            };
    }
}
