using System.Runtime.InteropServices;

namespace EdgeStream.Streams;

/// <summary>Who has which shard of a stream, who waits for which, and who is there: a group's memory.</summary>
/// <remarks>
/// Not thread-safe, and knows no disk: it says what is to be made durable, and is told when it is. Times are those of
/// one monotonic clock.
/// </remarks>
internal sealed class LeaseTable
{
    private readonly DataStream _stream;
    private readonly TimeSpan _duration;
    private readonly SortedDictionary<int, HeldLease> _leases = [];
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private IReadOnlyList<Shard> _shards = [];

    internal LeaseTable(DataStream stream, TimeSpan duration)
    {
        _stream = stream;
        _duration = duration;
    }

    /// <summary>Every shard's lease, parents first.</summary>
    internal IReadOnlyCollection<HeldLease> Leases => _leases.Values;

    /// <summary>Members that were heard of within the lease duration.</summary>
    internal IReadOnlyCollection<string> Members => _members.Keys;

    /// <summary>
    /// Takes what the state has of a shard. Its owner counts as heard of now, so that it has the lease at least as long
    /// as it was promised before.
    /// </summary>
    internal void Load(Shard shard, LeaseEntry entry)
    {
        _leases[shard.Index] = new HeldLease(shard, entry) { ExpiresAt = _duration };
        if (entry.Owner is { } owner)
        {
            _members[owner] = new Member(TimeSpan.Zero, int.MaxValue);
        }
    }

    /// <summary>
    /// Has a lease for every shard of the stream and for no other, and forgets members that were not heard of.
    /// </summary>
    /// <returns>Shards that have expired: nothing is kept of their leases.</returns>
    internal List<int> Refresh(TimeSpan now)
    {
        var gone = new List<int>();
        var shards = _stream.Shards;
        if (!ReferenceEquals(shards, _shards))
        {
            _shards = shards;
            Adopt(shards, gone);
        }

        List<string>? silent = null;
        foreach (var (name, member) in _members)
        {
            if (member.SeenAt + _duration <= now)
            {
                (silent ??= []).Add(name);
            }
        }

        foreach (var member in silent ?? [])
        {
            Forget(member);
        }

        Settle();
        return gone;
    }

    /// <summary>Notes that a member is there; false where there are too many others.</summary>
    /// <param name="name">The member.</param>
    /// <param name="leasesMax">How many leases it takes at most.</param>
    /// <param name="now">The group's time.</param>
    internal bool TrySee(string name, int leasesMax, TimeSpan now)
    {
        if (!_members.ContainsKey(name) && _members.Count >= ConsumerGroup.MembersMax)
        {
            return false;
        }

        _members[name] = new Member(now, leasesMax);
        return true;
    }

    /// <summary>Notes that a member is still there; nothing for one that is not known.</summary>
    internal void SeeAgain(string name, TimeSpan now)
    {
        if (_members.TryGetValue(name, out var member))
        {
            _members[name] = new Member(now, member.LeasesMax);
        }
    }

    /// <summary>A member has gone: nothing is kept for it.</summary>
    internal void Forget(string member)
    {
        _members.Remove(member);
        foreach (var lease in _leases.Values)
        {
            if (lease.HandoverTo == member)
            {
                lease.HandoverTo = null;
            }
        }
    }

    /// <summary>Finds a shard's lease.</summary>
    internal HeldLease? Find(string shardId) =>
        ShardEntry.TryParseId(shardId, out var index) && _leases.TryGetValue(index, out var lease) ? lease : null;

    /// <summary>
    /// The leases that a member gets now, so that all members have the same number but for one; and keeps for it what
    /// others have too many of.
    /// </summary>
    /// <remarks>
    /// Free leases go to whoever asks, up to its share. Where none are free it is the member with the most that gives,
    /// while that has at least two more: such a lease is renewed no more, and goes over when it is released or runs
    /// out.
    /// </remarks>
    internal List<HeldLease> Plan(string member, TimeSpan now)
    {
        var due = new List<HeldLease>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var lease in _leases.Values)
        {
            if (!lease.IsDrained && !lease.IsWaiting)
            {
                due.Add(lease);
                if (HolderOf(lease, now) is { } holder)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, holder, out _)++;
                }
            }
        }

        var limit = Math.Min(ShareOf(due.Count), _members[member].LeasesMax);
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, member, out _);
        var taken = new List<HeldLease>();
        foreach (var lease in due)
        {
            var holder = HolderOf(lease, now);
            if (holder is null && own < limit)
            {
                own++;
                taken.Add(lease);
            }
            else if (holder == member && lease.OwnerAt(now) is null)
            {
                taken.Add(lease);
            }
        }

        Claim(member, due, counts, limit, now);
        return taken;
    }

    /// <summary>A lease has changed hands, durably.</summary>
    internal void Give(HeldLease lease, LeaseEntry entry, TimeSpan now)
    {
        lease.Entry = entry;
        lease.HandoverTo = null;
        lease.ExpiresAt = now + _duration;
    }

    /// <summary>Prolongs a lease for its owner; false where it is the owner's no more.</summary>
    /// <remarks>
    /// One that has run out is its owner's again if nobody has taken it. One that is kept for another is not prolonged.
    /// </remarks>
    internal bool TryRenew(HeldLease? lease, string member, long counter, TimeSpan now)
    {
        if (lease is null || !lease.IsOf(member, counter))
        {
            return false;
        }

        if (lease.HandoverTo is not null)
        {
            return lease.ExpiresAt > now;
        }

        lease.ExpiresAt = now + _duration;
        return true;
    }

    internal ShardLease Describe(HeldLease lease, TimeSpan now) => new()
    {
        Shard = lease.Shard,
        Owner = lease.Entry.Owner,
        Counter = lease.Entry.Counter,
        Checkpoint = lease.Entry.Checkpoint,
        ExpiresIn = lease.OwnerAt(now) is null ? TimeSpan.Zero : lease.ExpiresAt - now,
        HandoverTo = lease.HandoverTo,
        IsDrained = lease.IsDrained,
        IsWaiting = lease.IsWaiting,
        PendingRecords = lease.PendingRecords,
    };

    /// <summary>Keeps leases of others for a member until it has its share.</summary>
    private void Claim(
        string member, List<HeldLease> due, Dictionary<string, int> counts, int limit, TimeSpan now)
    {
        while (counts[member] < limit && MostLoaded(counts) is { } victim && counts[victim] >= counts[member] + 2)
        {
            var lease = due.FindLast(lease => HolderOf(lease, now) == victim);
            if (lease is null)
            {
                return;
            }

            lease.HandoverTo = lease.OwnerAt(now) == member ? null : member;
            counts[victim]--;
            counts[member]++;
        }
    }

    /// <summary>The least number that, as far as each member takes so many, is enough for all leases.</summary>
    private int ShareOf(int leaseCount)
    {
        for (var share = 1; share < leaseCount; share++)
        {
            long sum = 0;
            foreach (var member in _members.Values)
            {
                sum += Math.Min(share, member.LeasesMax);
            }

            if (sum >= leaseCount)
            {
                return share;
            }
        }

        return leaseCount;
    }

    private static string? MostLoaded(Dictionary<string, int> counts)
    {
        string? most = null;
        foreach (var (member, count) in counts)
        {
            most = most is null || count > counts[most] ? member : most;
        }

        return most;
    }

    /// <summary>The member that has the lease, or will have it; null where anybody may take it.</summary>
    private static string? HolderOf(HeldLease lease, TimeSpan now) => lease.HandoverTo ?? lease.OwnerAt(now);

    /// <summary>Finds which shards wait for a parent: one that is not drained, or waits itself.</summary>
    /// <remarks>A closed shard that never took a record has nothing to be done, but its parents may have.</remarks>
    private void Settle()
    {
        foreach (var lease in _leases.Values)
        {
            lease.IsWaiting = IsUnfinished(lease.Shard.Entry.Parent)
                || IsUnfinished(lease.Shard.Entry.AdjacentParent);
        }
    }

    private bool IsUnfinished(int? parent) => parent is { } index
        && _leases.TryGetValue(index, out var lease)
        && (lease.IsWaiting || !lease.IsDrained);

    private void Adopt(IReadOnlyList<Shard> shards, List<int> gone)
    {
        var present = new HashSet<int>();
        foreach (var shard in shards)
        {
            present.Add(shard.Index);
            if (!_leases.ContainsKey(shard.Index))
            {
                _leases[shard.Index] = new HeldLease(shard, LeaseEntry.New);
            }
        }

        foreach (var index in _leases.Keys)
        {
            if (!present.Contains(index))
            {
                gone.Add(index);
            }
        }

        foreach (var index in gone)
        {
            _leases.Remove(index);
        }
    }

    private readonly record struct Member(TimeSpan SeenAt, int LeasesMax);
}
