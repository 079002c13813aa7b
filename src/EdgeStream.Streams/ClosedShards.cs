using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What becomes of a stream's closed shards: their records go by age and bytes, and at last they do.</summary>
/// <remarks>Not thread-safe; used by one caller at a time, but for what only asks.</remarks>
internal sealed class ClosedShards(StreamLogs logs, StreamFiles files, StateStore state, TimeProvider timeProvider)
{
    /// <summary>Evicts what the stream's bytes have no room for beside the open shards, oldest shards first.</summary>
    internal static void Evict(DataStream stream)
    {
        var shards = stream.Shards;
        var left = stream.Definition.RetentionBytes;
        foreach (var shard in shards)
        {
            left -= shard.State == ShardState.Open ? shard.Log.KeptBytes : 0;
        }

        for (var at = shards.Count - 1; at >= 0; at--)
        {
            var shard = shards[at];
            if (shard.State != ShardState.Closed)
            {
                continue;
            }

            if (shard.Log.SpareBytes > 0)
            {
                shard.Log.ReleaseSpares();
            }

            while (shard.Log.KeptBytes > Math.Max(0, left) && shard.Log.TryEvictOldest(EvictionReason.Bytes))
            {
                shard.Log.ReleaseSpares();
            }

            left -= shard.Log.KeptBytes;
        }
    }

    /// <summary>Whether a closed shard may go.</summary>
    internal bool HasExpired(DataStream stream) => FirstExpired(stream) is not null;

    /// <summary>Removes those that may go, and what was kept for them: each durable first, its files last.</summary>
    internal async ValueTask RemoveExpiredAsync(DataStream stream)
    {
        while (FirstExpired(stream) is { } shard)
        {
            var entry = stream.Entry.Without(shard);
            var batch = StreamEntryFormat.Put(new StateBatch(), entry);
            StreamConsumer.AddRemoval(batch, state, stream.Name, shard.Id);
            batch.Delete(EvictionLedger.KeyOf(stream.Name, shard.Id));
            batch.Delete(InheritedProducers.KeyOf(stream.Name, shard.Id));
            StreamFiles.BeginDeletion(batch, stream.Name, shard.Entry);
            await state.CommitAsync(batch).ConfigureAwait(false);
            stream.Use(entry, Array.FindAll(stream.Map.All, other => other != shard));
            shard.Expire();
            logs.Close([shard]);
            files.Delete(stream.Name, [shard.Entry]);
            var end = new StateBatch();
            StreamFiles.EndDeletion(end, stream.Name, shard.Entry);
            await state.CommitAsync(end).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The first closed shard that may go: without records and parents, and closed for the retention age, so that its
    /// children can be found from it as long as a record of its last moment would be kept.
    /// </summary>
    private Shard? FirstExpired(DataStream stream)
    {
        var shards = stream.Shards;
        var now = Timestamp.From(timeProvider.GetUtcNow());
        foreach (var shard in shards)
        {
            if (shard.State == ShardState.Closed
                && shard.OldestSequence > shard.NewestSequence
                && shard.ClosedAt is { } closedAt
                && now.UnixMicroseconds - closedAt.UnixMicroseconds
                    >= stream.Definition.RetentionAge.TotalMicroseconds
                && !HasParent(shards, shard))
            {
                return shard;
            }
        }

        return null;
    }

    private static bool HasParent(IReadOnlyList<Shard> shards, Shard shard)
    {
        foreach (var other in shards)
        {
            if (shard.IsChildOf(other))
            {
                return true;
            }
        }

        return false;
    }
}
