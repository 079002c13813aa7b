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
    private List<DataStream> _held = [];

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

        var producers = InheritedProducers.TableOf(state, stream.Definition.Name, entry, log);
        return new Shard(stream.Attributes.Id, entry, log, space, producers, before, timeProvider);
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

    /// <summary>Whether a shard's folder holds no record; changes nothing there.</summary>
    /// <exception cref="IOException">A file cannot be read, or needs a key that is not given.</exception>
    internal bool IsEmpty(string streamName, int index)
    {
        if (!files.Exist(streamName, index))
        {
            return true;
        }

        using var log = LogInspection.Open(disk, files.FolderOf(streamName, index), Encryption);
        return log.NewestSequence == SequenceNumber.None;
    }

    /// <summary>Removes what a split or merge that came to nothing has left: logs that were begun and hold
    /// nothing.</summary>
    /// <remarks>The state tells which, and a log that holds a record is kept whatever the state says. What cannot be
    /// looked at or removed is a finding, and tried again at the next opening.</remarks>
    internal void RemoveUnmade(StateStore state, StreamEntry stream, StateBatch batch)
    {
        var name = stream.Definition.Name;
        var isDone = true;
        foreach (var index in StreamFiles.Unmade(state, stream))
        {
            try
            {
                if (IsEmpty(name, index))
                {
                    files.Delete(name, index);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                isDone = false;
                Findings.Add(
                    $"Stream '{name}': what a split or merge has left of {ShardEntry.IdOf(index)} is not removed: "
                        + error.Message);
            }
        }

        if (isDone && StreamFiles.IsMaking(state, name))
        {
            StreamFiles.EndMaking(batch, name);
        }
    }

    /// <summary>Notes, durably, which shards may lack records that were acknowledged, as a relaxed durability lets
    /// happen, and that no consumer or group has done more than is left; before anything is appended.</summary>
    /// <param name="state">Where it is noted.</param>
    /// <param name="streams">All streams.</param>
    /// <param name="batch">What else is noted in the same step.</param>
    internal void NoteCuts(StateStore state, IReadOnlyCollection<DataStream> streams, StateBatch batch)
    {
        var cut = new List<DataStream>();
        foreach (var stream in streams)
        {
            var entry = stream.Entry;
            foreach (var shard in stream.OpenShards)
            {
                // A state that failed may lack what was to be noted when the shard, which took nothing, was opened.
                if (shard.Log.WasClosed && state.Log.WasClosed)
                {
                    continue;
                }

                // A consumer that is further than what is left proves a cut, whatever the durability.
                var isProven = StreamConsumer.AddCut(batch, state, stream, shard);
                ConsumerGroups.AddCut(batch, state, stream, shard);
                RecordQueues.AddCut(batch, state, stream, shard);
                if (isProven || stream.Definition.Durability != Durability.Fsync)
                {
                    shard.NoteCut();
                    entry = entry.With(shard.Entry);
                }
            }

            if (!ReferenceEquals(entry, stream.Entry))
            {
                stream.Entry = entry;
                StreamEntryFormat.Put(batch, entry);
                cut.Add(stream);
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
                "That records may have been cut off could not be noted in the gateway's state, and their streams take "
                    + $"none before it is: {error.Message}");
            Hold(cut);
        }
    }

    /// <summary>Whether streams take no records because the state does not know yet that they were cut.</summary>
    internal bool AreHeld => Volatile.Read(ref _held).Count > 0;

    /// <summary>Tries again to note what the state has not taken at opening; then the streams take records.</summary>
    /// <param name="state">Where it is noted.</param>
    /// <param name="streams">The streams that there are: one that was deleted meanwhile needs no note.</param>
    internal async ValueTask NoteHeldAsync(StateStore state, IReadOnlyList<DataStream> streams)
    {
        var held = Volatile.Read(ref _held);
        if (held.Count == 0)
        {
            return;
        }

        var batch = new StateBatch();
        foreach (var stream in held)
        {
            if (streams.Contains(stream))
            {
                foreach (var shard in stream.Shards)
                {
                    StreamConsumer.AddCut(batch, state, stream, shard);
                    ConsumerGroups.AddCut(batch, state, stream, shard);
                    RecordQueues.AddCut(batch, state, stream, shard);
                }

                StreamEntryFormat.Put(batch, stream.Entry);
            }
        }

        await state.CommitAsync(batch).ConfigureAwait(false);
        Volatile.Write(ref _held, []);
        foreach (var stream in held)
        {
            foreach (var shard in stream.OpenShards)
            {
                shard.Log.Unseal();
            }

            stream.EndChange();
        }
    }

    private void Hold(List<DataStream> streams)
    {
        foreach (var stream in streams)
        {
            stream.BeginChange();
            foreach (var shard in stream.OpenShards)
            {
                shard.Log.SealAtOnce();
            }
        }

        Volatile.Write(ref _held, streams);
    }

    /// <summary>Closes shards that came to nothing, and removes their files unless the state may have them.</summary>
    /// <remarks>Never throws for what the disk refuses: the next opening removes the files.</remarks>
    internal void GiveUp(string streamName, List<Shard> shards, bool mayBeDurable)
    {
        try
        {
            Close(shards);
            if (!mayBeDurable)
            {
                files.Delete(streamName, shards.ConvertAll(static shard => shard.Entry));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They hold nothing.
        }
    }

    /// <summary>Commits what the shards' logs hold and closes them.</summary>
    internal void Close(IReadOnlyList<Shard> shards)
    {
        foreach (var shard in shards)
        {
            committer.Close(shard.Log);
        }
    }

    /// <summary>Keeps what comes as <c>fsync</c> does, and completes when the device has what came before.</summary>
    /// <exception cref="IOException">A write or sync failed; the logs are kept as before.</exception>
    internal async ValueTask TightenAsync(DataStream stream, CancellationToken cancellationToken)
    {
        var shards = stream.OpenShards;
        try
        {
            foreach (var shard in shards)
            {
                shard.Log.Options = shard.Log.Options with { Durability = Durability.Fsync };
            }

            foreach (var shard in shards)
            {
                await shard.Log.WhenDurable(shard.Log.AppendedSequence).WaitAsync(cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch
        {
            Apply(stream);
            throw;
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
