namespace EdgeStream.Streams;

/// <summary>A shard's lease in memory: what is durable of it, and until when its owner may rely on it.</summary>
internal sealed class HeldLease(Shard shard, LeaseEntry entry)
{
    internal Shard Shard => shard;

    /// <summary>What the state has.</summary>
    internal LeaseEntry Entry { get; set; } = entry;

    /// <summary>When it runs out, on the group's own clock.</summary>
    internal TimeSpan ExpiresAt { get; set; }

    /// <summary>The member that it is kept for; null for none.</summary>
    internal string? HandoverTo { get; set; }

    /// <summary>Whether a parent must be done first, as far as was found last.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Whether the shard is closed and all of it is done.</summary>
    internal bool IsDrained => shard.State != ShardState.Open
        && Entry.Checkpoint.SubSequence is null
        && Entry.Checkpoint.Sequence >= shard.NewestSequence;

    internal long PendingRecords
    {
        get
        {
            var next = Math.Max(Entry.Checkpoint.NextSequence.Value, shard.OldestSequence.Value);
            return Math.Max(0, shard.NewestSequence.Value - next + 1);
        }
    }

    /// <summary>The member that may read the shard now; null for nobody.</summary>
    internal string? OwnerAt(TimeSpan now) => ExpiresAt > now ? Entry.Owner : null;

    /// <summary>Whether this claim is its owner's.</summary>
    internal bool IsOf(string member, long counter) => Entry.Owner == member && Entry.Counter == counter;
}
