using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the state has of each stream: reads it, makes streams, and makes what changes of one
/// durable.</summary>
/// <remarks>Not thread-safe; used by one caller at a time.</remarks>
internal sealed class StreamDefinitions(StreamLogs logs, StreamFiles files, StateStore state, TimeProvider timeProvider)
{
    private long _newestStreamId;

    /// <summary>Every stream as the state has it.</summary>
    internal List<StreamEntry> Read()
    {
        var entries = new List<StreamEntry>();
        foreach (var (_, value) in state.List(StreamStore.StreamKeyPrefix))
        {
            entries.Add(StreamEntryFormat.Read(value));
        }

        return entries;
    }

    /// <summary>
    /// Makes the shards first and the definition durable last: a stream that does not fit leaves nothing behind.
    /// </summary>
    /// <remarks>
    /// Files that are there without a definition are the stream's, whose definition was lost with a damaged state: its
    /// records are kept. Only what a crash in the middle of a deletion left is removed.
    /// </remarks>
    /// <param name="definition">The layout; no stream has the name.</param>
    /// <param name="attributes">The rest; id and creation time are given here.</param>
    /// <param name="streams">All streams that there are.</param>
    /// <param name="cancellationToken">Gives up before the stream is durable.</param>
    internal async ValueTask<DataStream> MakeAsync(
        StreamDefinition definition,
        StreamAttributes attributes,
        IReadOnlyList<DataStream> streams,
        CancellationToken cancellationToken)
    {
        files.FinishDeletion(state, definition.Name);
        var isAdopted = files.Exist(definition);
        var now = Timestamp.From(timeProvider.GetUtcNow());
        var entry = StreamEntry.New(
            definition, attributes with { Id = NextStreamId(streams, now), CreatedAt = now });
        if (!isAdopted)
        {
            // What came behind the deletion of a stream of this name.
            var left = new StateBatch();
            StreamFiles.AddRemovalOfKept(left, state, definition.Name);
            await state.CommitAsync(left, cancellationToken).ConfigureAwait(false);
        }

        DataStream? stream = null;
        try
        {
            stream = logs.OpenStream(state, entry);
            var batch = new StateBatch();
            if (isAdopted)
            {
                StreamConsumer.AddAdoption(batch, state, stream);
            }

            await SaveAsync(batch, entry, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            logs.Close(stream?.Shards ?? []);
            if (!isAdopted)
            {
                files.Delete(definition.Name, entry.Shards);
            }

            throw;
        }

        if (isAdopted)
        {
            logs.Findings.Add(
                $"Stream '{definition.Name}' is not in the gateway's state, but its files are there: they are kept.");
        }

        return stream;
    }

    /// <summary>Makes a changed entry durable, then applies it.</summary>
    /// <remarks>A durability that becomes <c>fsync</c> counts before: from the moment on that the state has it no
    /// record that was read can be cut off, and nobody looks for a cut. Where the state cannot be written it may have
    /// the entry all the same, and the logs are kept as strictly.</remarks>
    internal async ValueTask SaveAsync(DataStream stream, StreamEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Attributes.CreatedAt == default)
        {
            var now = Timestamp.From(timeProvider.GetUtcNow());
            entry = entry with { Attributes = entry.Attributes with { CreatedAt = now } };
        }

        if (entry.Definition.Durability == Durability.Fsync && stream.Definition.Durability != Durability.Fsync)
        {
            await logs.TightenAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        await SaveAsync(new StateBatch(), entry, cancellationToken).ConfigureAwait(false);
        stream.Entry = entry;
        logs.Apply(stream);
    }

    private ValueTask SaveAsync(StateBatch batch, StreamEntry entry, CancellationToken cancellationToken)
    {
        StreamEntryFormat.Put(batch, entry);
        StreamFiles.EndDeletion(batch, entry.Definition.Name);
        return state.CommitAsync(batch, cancellationToken);
    }

    /// <summary>The milliseconds of now, or the next number that no stream has, nor had since the start.</summary>
    private long NextStreamId(IReadOnlyList<DataStream> streams, Timestamp now)
    {
        var id = Math.Max(_newestStreamId + 1, now.UnixMilliseconds % KinesisSequenceNumber.StreamIdCount);
        while (streams.Any(stream => stream.Attributes.Id == id))
        {
            id++;
        }

        return _newestStreamId = id;
    }
}
