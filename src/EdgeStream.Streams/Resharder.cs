using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Puts other shards in the place of a stream's open ones, in one durable step.</summary>
/// <remarks>
/// <para>Not thread-safe; used by one caller at a time. The order is what makes it safe: the state knows which shards
/// are being made, so that what is left of them is found; the children's logs are made and empty; the parents' logs are
/// sealed, and all they took is on the device; the stream's entry with the new shards is durable in the state; the
/// children take records. Before the fourth step the old shards count, after it the new ones, wherever the power was
/// cut; the parents' records all came before the children's.</para>
/// <para>Whoever appends meanwhile is told to wait, for as long as two commits take.</para>
/// </remarks>
internal sealed class Resharder(StreamLogs logs, StateStore state, TimeProvider timeProvider)
{
    /// <summary>Splits a shard so that a hash key begins the upper part.</summary>
    internal ValueTask SplitAsync(
        DataStream stream, string shardId, UInt128 newStartingHashKey, CancellationToken cancellationToken)
    {
        CheckOpenCount(stream, stream.OpenShards.Count + 1);
        return SplitWithoutLimitAsync(stream, shardId, newStartingHashKey, cancellationToken);
    }

    private ValueTask SplitWithoutLimitAsync(
        DataStream stream, string shardId, UInt128 newStartingHashKey, CancellationToken cancellationToken)
    {
        var parent = FindOpen(stream, shardId);
        if (newStartingHashKey <= parent.StartingHashKey || newStartingHashKey > parent.EndingHashKey)
        {
            throw new ReshardException(
                ReshardRefusal.HashKeyOutside,
                $"Shard '{shardId}' has the hash keys {parent.StartingHashKey} to {parent.EndingHashKey}; it cannot be "
                    + $"split at {newStartingHashKey}: name one above the first, up to the last.");
        }

        var lower = ChildOf(parent.StartingHashKey, newStartingHashKey - 1, parent, null);
        var upper = ChildOf(newStartingHashKey, parent.EndingHashKey, parent, null);
        return ReplaceAsync(stream, [parent], [lower, upper], cancellationToken);
    }

    /// <summary>Merges two shards whose ranges lie side by side.</summary>
    internal ValueTask MergeAsync(
        DataStream stream, string shardId, string adjacentShardId, CancellationToken cancellationToken)
    {
        var parent = FindOpen(stream, shardId);
        var adjacent = FindOpen(stream, adjacentShardId);
        var (low, high) = parent.StartingHashKey <= adjacent.StartingHashKey ? (parent, adjacent) : (adjacent, parent);
        if (low == high || low.EndingHashKey + 1 != high.StartingHashKey)
        {
            throw new ReshardException(
                ReshardRefusal.NotAdjacent,
                $"Shards '{shardId}' and '{adjacentShardId}' cannot be merged: their hash keys do not lie side by "
                    + "side.");
        }

        var child = ChildOf(low.StartingHashKey, high.EndingHashKey, parent, adjacent);
        return ReplaceAsync(stream, [parent, adjacent], [child], cancellationToken);
    }

    /// <summary>
    /// Splits and merges until so many shards share the range evenly, each step durable; the target is kept, so that
    /// <see cref="ScaleOnAsync"/> can go on after a crash.
    /// </summary>
    internal async ValueTask ScaleAsync(DataStream stream, int targetCount, CancellationToken cancellationToken)
    {
        CheckOpenCount(stream, targetCount);
        CheckRoom(stream, MadeByScaling(stream, targetCount));
        await SaveTargetAsync(stream, targetCount, cancellationToken).ConfigureAwait(false);
        await ScaleOnAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with a scaling that was begun; one that fails is given up.</summary>
    internal async ValueTask ScaleOnAsync(DataStream stream, CancellationToken cancellationToken)
    {
        if (stream.Entry.ScalingTarget is not { } count)
        {
            return;
        }

        try
        {
            await SplitAtBordersAsync(stream, count, cancellationToken).ConfigureAwait(false);
            await MergeWithinBordersAsync(stream, count, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await SaveTargetAsync(stream, null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask SplitAtBordersAsync(DataStream stream, int count, CancellationToken cancellationToken)
    {
        for (var index = 1; index < count; index++)
        {
            var (border, _) = HashKeyRange.Of(index, count);
            var shard = stream.ShardFor(border);
            if (shard.StartingHashKey != border)
            {
                await SplitWithoutLimitAsync(stream, shard.Id, border, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask MergeWithinBordersAsync(DataStream stream, int count, CancellationToken cancellationToken)
    {
        for (var index = 0; index < count; index++)
        {
            var (start, end) = HashKeyRange.Of(index, count);
            var shard = stream.ShardFor(start);
            while (shard.EndingHashKey < end)
            {
                var next = stream.ShardFor(shard.EndingHashKey + 1);
                await MergeAsync(stream, shard.Id, next.Id, cancellationToken).ConfigureAwait(false);
                shard = stream.ShardFor(start);
            }
        }
    }

    private async ValueTask SaveTargetAsync(DataStream stream, int? target, CancellationToken cancellationToken)
    {
        var entry = stream.Entry with { ScalingTarget = target };
        await state.CommitAsync(StreamEntryFormat.Put(new StateBatch(), entry), cancellationToken)
            .ConfigureAwait(false);
        stream.Entry = entry;
    }

    private async ValueTask ReplaceAsync(
        DataStream stream, Shard[] parents, ShardEntry[] children, CancellationToken cancellationToken)
    {
        CheckRoom(stream, children.Length);
        children = Numbered(stream.Entry, children);
        var begin = new StateBatch();
        StreamFiles.BeginMaking(begin, stream.Name, children);
        await state.CommitAsync(begin, cancellationToken).ConfigureAwait(false);
        var made = OpenChildren(stream, children);
        stream.BeginChange();
        var isSealed = false;
        try
        {
            await SealAsync(parents, cancellationToken).ConfigureAwait(false);
            isSealed = true;
            await SwitchAsync(stream, parents, made).ConfigureAwait(false);
        }
        catch
        {
            foreach (var parent in parents)
            {
                parent.Log.Unseal();
            }

            logs.Apply(stream);
            logs.GiveUp(stream.Name, made, mayBeDurable: isSealed);
            throw;
        }
        finally
        {
            stream.EndChange();
        }
    }

    private static async ValueTask SealAsync(Shard[] parents, CancellationToken cancellationToken)
    {
        foreach (var parent in parents)
        {
            await parent.Log.SealAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the new shards durable, and lets them take records.</summary>
    private async ValueTask SwitchAsync(DataStream stream, Shard[] parents, List<Shard> children)
    {
        var now = Timestamp.From(timeProvider.GetUtcNow());
        var entry = stream.Entry.With(parents, children, now);
        var batch = StreamEntryFormat.Put(new StateBatch(), entry);
        StreamFiles.EndMaking(batch, stream.Name);
        foreach (var parent in parents)
        {
            StreamConsumer.AddInherited(batch, state, stream, parent.Id, children);
        }

        InheritedProducers.Add(batch, stream, parents, children);
        await state.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);

        // First the children can be found, then the parents say that they are closed.
        stream.Use(entry, [.. stream.Shards, .. children]);
        foreach (var parent in parents)
        {
            parent.Close(now);
        }

        logs.Apply(stream);
    }

    private List<Shard> OpenChildren(DataStream stream, ShardEntry[] children)
    {
        var made = new List<Shard>();
        try
        {
            foreach (var child in children)
            {
                made.Add(logs.OpenShard(state, stream.Entry, child));
            }
        }
        catch
        {
            logs.GiveUp(stream.Name, made, mayBeDurable: false);
            throw;
        }

        return made;
    }

    /// <summary>Gives shards the next indexes whose folders hold no record.</summary>
    /// <remarks>
    /// What an unfinished change left is empty and used. Records are there only if the state lost a change: they are
    /// kept, and the index is passed over, as is one whose folder needs a key that is not there.
    /// </remarks>
    private ShardEntry[] Numbered(StreamEntry stream, ShardEntry[] children)
    {
        var index = stream.NextShardIndex;
        var numbered = new ShardEntry[children.Length];
        for (var at = 0; at < children.Length; at++)
        {
            while (!MayUse(stream.Definition.Name, index))
            {
                index++;
            }

            numbered[at] = children[at] with { Index = index++ };
        }

        return numbered;
    }

    private bool MayUse(string streamName, int index)
    {
        string reason;
        try
        {
            if (logs.IsEmpty(streamName, index))
            {
                return true;
            }

            reason = "it holds records of a shard that the gateway's state does not have";
        }
        catch (EncryptionKeyException error)
        {
            reason = error.Message;
        }

        logs.Findings.Add(
            $"Stream '{streamName}': the folder of {ShardEntry.IdOf(index)} is kept and its number passed over: "
                + reason);
        return false;
    }

    private ShardEntry ChildOf(UInt128 start, UInt128 end, Shard parent, Shard? adjacent) =>
        new(0, start, end, Timestamp.From(timeProvider.GetUtcNow()))
        {
            Parent = parent.Index,
            AdjacentParent = adjacent?.Index,
        };

    /// <summary>How many shards a scaling makes: two for each border that is missing, one for each merge after
    /// that.</summary>
    private static int MadeByScaling(DataStream stream, int count)
    {
        var splits = 0;
        for (var index = 1; index < count; index++)
        {
            var (border, _) = HashKeyRange.Of(index, count);
            splits += stream.ShardFor(border).StartingHashKey == border ? 0 : 1;
        }

        return (2 * splits) + stream.OpenShards.Count + splits - count;
    }

    private static void CheckRoom(DataStream stream, int newShards)
    {
        if (stream.Shards.Count + newShards > StreamStore.ShardsMax)
        {
            throw new ReshardException(
                ReshardRefusal.TooMany,
                $"Stream '{stream.Name}' has {stream.Shards.Count} open and closed shards and would get {newShards} "
                    + $"more; at most {StreamStore.ShardsMax} are kept. Wait until closed ones expire, or lower its "
                    + "retention.");
        }
    }

    private static void CheckOpenCount(DataStream stream, int count)
    {
        if (count is < 1 or > StreamStore.OpenShardsMax)
        {
            throw new ReshardException(
                ReshardRefusal.TooMany,
                $"Stream '{stream.Name}' cannot have {count} open shards; allowed is 1 to "
                    + $"{StreamStore.OpenShardsMax}.");
        }
    }

    private static Shard FindOpen(DataStream stream, string shardId)
    {
        if (!stream.TryGetShard(shardId, out var shard))
        {
            throw new ReshardException(
                ReshardRefusal.NoShard, $"Stream '{stream.Name}' has no shard '{shardId}'.");
        }

        return shard.State == ShardState.Open
            ? shard
            : throw new ReshardException(
                ReshardRefusal.NotOpen,
                $"Shard '{shardId}' of stream '{stream.Name}' is closed: others have its hash keys.");
    }
}
