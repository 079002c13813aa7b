using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What a queue knows of all shards of its stream, and what it gives out next.</summary>
/// <remarks>Not thread-safe: used under the queue's lock. Times are the queue's, monotonic.</remarks>
internal sealed class QueueShards
{
    private readonly DataStream _stream;
    private readonly List<QueueShard> _shards = [];
    private readonly List<int> _gone = [];
    private int _first;

    /// <param name="state">What is known of shards from before.</param>
    /// <param name="stream">The queue's stream.</param>
    /// <param name="prefix">What the keys of the queue's shards begin with.</param>
    internal QueueShards(StateStore state, DataStream stream, string prefix)
    {
        _stream = stream;
        foreach (var (key, value) in state.List(prefix))
        {
            if (stream.TryGetShard(key[prefix.Length..], out var shard))
            {
                var known = new QueueShard(shard);
                QueueShardFormat.Read(value.Span, known);
                _shards.Add(known);
            }
            else if (ShardEntry.TryParseId(key.AsSpan(prefix.Length), out var index))
            {
                _gone.Add(index);
            }
        }
    }

    /// <summary>Whether a shard gives out nothing more until some of it is acknowledged.</summary>
    internal bool HasFull => _shards.Exists(static shard => shard.IsFull);

    /// <summary>What is known of the shard of a receipt; null when it is gone.</summary>
    internal QueueShard? Of(QueueReceipt receipt) => _shards.Find(shard => shard.Shard == receipt.Shard);

    /// <summary>Takes up shards that have come and forgets those that have expired.</summary>
    /// <returns>The stream's shards as it has seen them.</returns>
    internal IReadOnlyList<Shard> Refresh()
    {
        var shards = _stream.Shards;
        foreach (var shard in _shards.FindAll(shard => shard.Shard.State == ShardState.Expired))
        {
            _shards.Remove(shard);
            _gone.Add(shard.Shard.Index);
        }

        foreach (var shard in shards)
        {
            if (shard.State != ShardState.Expired && !_shards.Exists(known => known.Shard == shard))
            {
                _shards.Add(new QueueShard(shard));
            }
        }

        foreach (var shard in _shards)
        {
            shard.Refresh();
        }

        return shards;
    }

    /// <summary>Makes dead letters of those that were received so often and are not being processed.</summary>
    /// <returns>Whether there were some.</returns>
    internal bool Bury(int? receivesMax, TimeSpan now)
    {
        var hasBuried = false;
        if (receivesMax is { } max)
        {
            foreach (var shard in _shards)
            {
                hasBuried |= shard.Bury(max, now);
            }
        }

        return hasBuried;
    }

    /// <summary>Gives out records: those that have waited longest first, then new ones; another shard begins every
    /// time.</summary>
    /// <param name="target">Which of them.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="now">The time.</param>
    /// <param name="invisibleUntil">Until when nobody else receives them.</param>
    /// <param name="wallTime">When those are first received that never were.</param>
    internal List<QueueReceipt> Take(
        QueueTarget target, int countMax, TimeSpan now, TimeSpan invisibleUntil, Timestamp wallTime)
    {
        var taken = new List<QueueReceipt>();
        var isDead = target == QueueTarget.DeadLetters;
        _first++;
        for (var i = 0; i < _shards.Count && taken.Count < countMax; i++)
        {
            var shard = _shards[(int)((uint)(_first + i) % (uint)_shards.Count)];
            foreach (var item in shard.Items)
            {
                if (taken.Count < countMax && item.IsDead == isDead && item.InvisibleUntil <= now)
                {
                    taken.Add(shard.Receive(item, invisibleUntil, wallTime));
                }
            }

            while (!isDead && taken.Count < countMax && shard.HasNew)
            {
                taken.Add(shard.Receive(shard.Admit(), invisibleUntil, wallTime));
            }
        }

        return taken;
    }

    /// <summary>When the next one of those that were received becomes visible; for dead letters, when it may become
    /// one.</summary>
    internal TimeSpan NextVisible(QueueTarget target, TimeSpan now)
    {
        var next = TimeSpan.MaxValue;
        foreach (var shard in _shards)
        {
            foreach (var item in shard.Items)
            {
                if ((target == QueueTarget.DeadLetters || !item.IsDead) && item.InvisibleUntil < next)
                {
                    next = item.InvisibleUntil;
                }
            }
        }

        // What is visible already and was not taken is of the other kind.
        return next <= now ? now + TimeSpan.FromSeconds(1) : next;
    }

    /// <summary>Readers that tell when a record comes that was never received; the caller's own.</summary>
    internal List<ShardReader> OpenReaders() =>
    [
        .. _shards.Where(static shard => shard.AwaitsNew)
            .Select(static shard => shard.Shard.OpenReader(ShardPosition.At(shard.Next))),
    ];

    /// <summary>Takes what the state does not know yet; from then on it counts as known.</summary>
    /// <param name="batch">Takes the entries.</param>
    /// <param name="keyOf">The key of a shard's entry, by its id.</param>
    /// <returns>Takes that back, under the lock, where the batch could not be written.</returns>
    internal Action TakeChanges(StateBatch batch, Func<string, string> keyOf)
    {
        var dirty = _shards.FindAll(static shard => shard.IsDirty);
        foreach (var shard in dirty)
        {
            batch.Put(keyOf(shard.Shard.Id), QueueShardFormat.ToBytes(shard));
            shard.IsDirty = false;
        }

        int[] gone = [.. _gone];
        foreach (var index in gone)
        {
            batch.Delete(keyOf(ShardEntry.IdOf(index)));
        }

        _gone.Clear();
        return () =>
        {
            dirty.ForEach(static shard => shard.IsDirty = true);
            _gone.AddRange(gone);
        };
    }
}
