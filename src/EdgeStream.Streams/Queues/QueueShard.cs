using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What a queue knows of one shard: every record before <see cref="Next"/> is acknowledged, but for
/// <see cref="Items"/>.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class QueueShard(Shard shard)
{
    /// <summary>How many records of a shard may be given out at the same time, dead letters included.</summary>
    internal const int ItemsMax = 4000;

    internal Shard Shard => shard;

    /// <summary>The first record that was never received.</summary>
    internal SequenceNumber Next { get; set; } = SequenceNumber.First;

    /// <summary>What was received and is not acknowledged, in order.</summary>
    internal List<QueueItem> Items { get; } = [];

    /// <summary>Whether the state does not know of a change.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>Whether nothing more is given out until some of it is acknowledged.</summary>
    internal bool IsFull => Items.Count >= ItemsMax;

    /// <summary>Whether there is a record that was never received, and room for it.</summary>
    internal bool HasNew => !IsFull && Next <= shard.NewestSequence;

    /// <summary>Whether a record that was never received is there or may come, and there is room for it.</summary>
    internal bool AwaitsNew =>
        !IsFull && (shard.State == ShardState.Open || Next <= shard.NewestSequence);

    /// <summary>Forgets what the stream keeps no more.</summary>
    internal void Refresh()
    {
        var oldest = shard.OldestSequence;
        IsDirty |= Items.RemoveAll(item => item.Sequence < oldest) > 0;
        if (Next < oldest)
        {
            Next = oldest;
        }
    }

    /// <summary>Forgets records that the stream has lost.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="last">The last one.</param>
    internal void PassLost(SequenceNumber first, SequenceNumber last)
    {
        IsDirty |= Items.RemoveAll(item => item.Sequence >= first && item.Sequence <= last) > 0;
        if (Next >= first && Next <= last)
        {
            Next = last.Next;
        }
    }

    /// <summary>Makes dead letters of those that were received often enough and are not being processed.</summary>
    /// <returns>Whether there were some.</returns>
    internal bool Bury(int receivesMax, TimeSpan now)
    {
        var hasBuried = false;
        foreach (var item in Items)
        {
            if (!item.IsDead && item.Receives >= receivesMax && item.InvisibleUntil <= now)
            {
                item.IsDead = true;
                IsDirty = hasBuried = true;
            }
        }

        return hasBuried;
    }

    /// <summary>The record, if it was given out and is not acknowledged.</summary>
    /// <remarks>One that was given out before a restart of which the state did not learn is given out again: it counts
    /// as given out, with all before it.</remarks>
    internal QueueItem? Find(SequenceNumber sequence)
    {
        if (sequence >= Next && sequence <= shard.NewestSequence
            && sequence.Value - Next.Value < ItemsMax - Items.Count)
        {
            while (Next <= sequence)
            {
                Admit();
            }
        }

        return Items.Find(item => item.Sequence == sequence);
    }

    /// <summary>Takes up the next record.</summary>
    internal QueueItem Admit()
    {
        var item = new QueueItem(Next);
        Items.Add(item);
        Next = Next.Next;
        return item;
    }

    /// <summary>Gives out a record.</summary>
    /// <param name="item">It.</param>
    /// <param name="invisibleUntil">Until when nobody else receives it.</param>
    /// <param name="wallTime">When it is first received, where it never was.</param>
    internal QueueReceipt Receive(QueueItem item, TimeSpan invisibleUntil, Timestamp wallTime)
    {
        if (item.FirstReceivedAt == default)
        {
            item.FirstReceivedAt = wallTime;
        }

        item.Receives++;
        item.InvisibleUntil = invisibleUntil;
        return new QueueReceipt(shard, item.Sequence, item.Receives, item.FirstReceivedAt);
    }
}
