using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Members that share a stream's shards: each shard is read by one of them at a time, from where the last one
/// came to.</summary>
/// <remarks>
/// <para>Thread-safe. A member takes leases (<see cref="AcquireAsync"/>), renews them about three times in
/// <see cref="GroupOptions.LeaseDuration"/>, reads the shards and sets checkpoints. Who does not renew loses its leases
/// to the others; members that are too many or too few are evened out by <see cref="AcquireAsync"/>, which is called
/// about as often. A shard is leased only when its parents are done to their end, so that the records of a key come in
/// order.</para>
/// <para>Who has which lease and every checkpoint are durable when the call completes; when a lease runs out is not
/// written anywhere. After a restart every lease runs anew. The time is the monotonic clock's: setting the wall clock
/// ends no lease.</para>
/// <para>A member that counts the time of a lease from before it asked never believes in a lease that another one
/// has.</para>
/// </remarks>
public sealed class ConsumerGroup
{
    /// <summary>How many members a group may have that were heard of within its lease duration.</summary>
    public const int MembersMax = 100;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StateStore _state;
    private readonly TimeProvider _timeProvider;
    private readonly long _openedAt;
    private readonly GroupEntry _entry;
    private readonly LeaseTable _table;
    private readonly List<int> _goneShards = [];
    private bool _isGone;

    private ConsumerGroup(
        StateStore state, DataStream stream, string name, GroupEntry entry, TimeProvider timeProvider)
    {
        _state = state;
        _timeProvider = timeProvider;
        _openedAt = timeProvider.GetTimestamp();
        _entry = entry;
        _table = new LeaseTable(stream, entry.Options.LeaseDuration);
        Stream = stream;
        Name = name;
    }

    /// <summary>The group's name, unique within the stream.</summary>
    public string Name { get; }

    /// <summary>The stream that its members read.</summary>
    public DataStream Stream { get; }

    /// <summary>How it was made.</summary>
    public GroupOptions Options => _entry.Options;

    /// <summary>When it was made.</summary>
    public Timestamp CreatedAt => _entry.CreatedAt;

    /// <summary>Members that were heard of within the lease duration.</summary>
    public int MemberCount
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _table.Members.Count;
            }
        }
    }

    /// <summary>Acknowledged records that are not done, over all shards.</summary>
    public long PendingRecords
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                long count = 0;
                foreach (var lease in _table.Leases)
                {
                    count += lease.PendingRecords;
                }

                return count;
            }
        }
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_openedAt);

    /// <summary>Says that a member is there, gives it what it lacks of its share, and tells what it has.</summary>
    /// <remarks>
    /// It gets free leases at once. Where it must wait for another's, that lease is kept for it: ask again. What it has
    /// already is not renewed by this. The name belongs to one process: who comes back under it gets its leases as they
    /// are.
    /// </remarks>
    /// <param name="member">The member: the rule is that of <see cref="StreamName"/>.</param>
    /// <param name="leasesMax">How many it takes at most; the others share the rest.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>Every lease that it has, of shards that are not done.</returns>
    /// <exception cref="ArgumentException">The name is none, or the number is less than one.</exception>
    /// <exception cref="GroupException">The group is gone, or has too many members.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public async ValueTask<IReadOnlyList<ShardLease>> AcquireAsync(
        string member, int leasesMax = int.MaxValue, CancellationToken cancellationToken = default)
    {
        CheckName(member);
        ArgumentOutOfRangeException.ThrowIfLessThan(leasesMax, 1);
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        List<HeldLease> taken;
        lock (_gate)
        {
            See(member, leasesMax);
            taken = _table.Plan(member, Now);
        }

        var changes = new List<(HeldLease Lease, LeaseEntry Entry)>();
        foreach (var lease in taken)
        {
            changes.Add((lease, lease.Entry with { Owner = member, Counter = lease.Entry.Counter + 1 }));
        }

        await SaveAsync(changes).ConfigureAwait(false);
        lock (_gate)
        {
            var now = Now;
            foreach (var (lease, entry) in changes)
            {
                _table.Give(lease, entry, now);
            }

            var held = new List<ShardLease>();
            foreach (var lease in _table.Leases)
            {
                if (lease.OwnerAt(now) == member && !lease.IsDrained)
                {
                    held.Add(_table.Describe(lease, now));
                }
            }

            return held;
        }
    }

    /// <summary>Prolongs a member's leases; writes nothing.</summary>
    /// <remarks>Who was not heard of before does not become a member by it: it takes no part of the shares.</remarks>
    /// <returns>Those that it still has; what is missing it has lost, and stops reading.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="GroupException">The group is gone.</exception>
    public async ValueTask<IReadOnlyList<ShardLease>> RenewAsync(
        string member, IReadOnlyList<LeaseClaim> claims, CancellationToken cancellationToken = default)
    {
        CheckName(member);
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            Refresh();
            var now = Now;
            _table.SeeAgain(member, now);
            var kept = new List<ShardLease>();
            foreach (var claim in claims)
            {
                var lease = _table.Find(claim.ShardId);
                if (_table.TryRenew(lease, member, claim.Counter, now))
                {
                    kept.Add(_table.Describe(lease!, now));
                }
            }

            return kept;
        }
    }

    /// <summary>Makes "done up to here" durable, if the lease is still the member's.</summary>
    /// <remarks>
    /// Also when the lease has run out, as long as nobody else has taken it. It may be the same place again, but
    /// none before it. A closed shard of which all is done lets its children be leased.
    /// </remarks>
    /// <param name="member">The member.</param>
    /// <param name="claim">The lease.</param>
    /// <param name="checkpoint">What is done; null for the end of a closed shard.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <exception cref="GroupException">The group is gone.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public async ValueTask<CheckpointStatus> CheckpointAsync(
        string member, LeaseClaim claim, GroupCheckpoint? checkpoint, CancellationToken cancellationToken = default)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        HeldLease? lease;
        lock (_gate)
        {
            Refresh();
            lease = _table.Find(claim.ShardId);
        }

        if (lease is null || !lease.IsOf(member, claim.Counter))
        {
            return CheckpointStatus.LeaseLost;
        }

        var shard = lease.Shard;
        if (checkpoint is null && shard.State == ShardState.Open)
        {
            return CheckpointStatus.NotAtEnd;
        }

        var done = checkpoint ?? new GroupCheckpoint(shard.NewestSequence);
        if (done < lease.Entry.Checkpoint || done.Sequence > shard.NewestSequence || done.SubSequence < 0)
        {
            return CheckpointStatus.OutOfRange;
        }

        if (done != lease.Entry.Checkpoint)
        {
            await ChangeAsync([(lease, lease.Entry with { Checkpoint = done })]).ConfigureAwait(false);
        }

        return CheckpointStatus.Saved;
    }

    /// <summary>Gives a lease back: whoever it is kept for, or whoever asks next, may have it at once.</summary>
    /// <returns>False where the member has lost it already.</returns>
    /// <exception cref="GroupException">The group is gone.</exception>
    /// <exception cref="IOException">The state could not be written; the lease runs out.</exception>
    public async ValueTask<bool> ReleaseAsync(
        string member, LeaseClaim claim, CancellationToken cancellationToken = default)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        HeldLease? lease;
        lock (_gate)
        {
            Refresh();
            lease = _table.Find(claim.ShardId);
        }

        if (lease is null || !lease.IsOf(member, claim.Counter))
        {
            return false;
        }

        await ChangeAsync([(lease, lease.Entry with { Owner = null })]).ConfigureAwait(false);
        return true;
    }

    /// <summary>Gives back all leases of a member, and counts it no more.</summary>
    /// <exception cref="GroupException">The group is gone.</exception>
    /// <exception cref="IOException">The state could not be written; the leases run out.</exception>
    public async ValueTask LeaveAsync(string member, CancellationToken cancellationToken = default)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<(HeldLease Lease, LeaseEntry Entry)>();
        lock (_gate)
        {
            Refresh();
            foreach (var lease in _table.Leases)
            {
                if (lease.Entry.Owner == member)
                {
                    changes.Add((lease, lease.Entry with { Owner = null }));
                }
            }
        }

        await ChangeAsync(changes).ConfigureAwait(false);
        lock (_gate)
        {
            _table.Forget(member);
        }
    }

    /// <summary>Every shard's lease, parents first.</summary>
    public IReadOnlyList<ShardLease> ListLeases()
    {
        lock (_gate)
        {
            Refresh();
            var now = Now;
            var leases = new List<ShardLease>();
            foreach (var lease in _table.Leases)
            {
                leases.Add(_table.Describe(lease, now));
            }

            return leases;
        }
    }

    /// <summary>The members that were heard of within the lease duration, by name.</summary>
    public IReadOnlyList<string> ListMembers()
    {
        lock (_gate)
        {
            Refresh();
            var members = new List<string>(_table.Members);
            members.Sort(StringComparer.Ordinal);
            return members;
        }
    }

    /// <summary>Loads a group from the state; null if it has none of this name.</summary>
    internal static ConsumerGroup? Load(StateStore state, DataStream stream, string name, TimeProvider timeProvider)
    {
        if (!state.TryGet(ConsumerGroups.KeyOf(stream.Name, name), out var value))
        {
            return null;
        }

        var group = new ConsumerGroup(state, stream, name, GroupEntry.Read(value.Span), timeProvider);
        var prefix = ConsumerGroups.KeyOf(stream.Name, name) + "/";
        foreach (var (key, lease) in state.List(prefix))
        {
            if (stream.TryGetShard(key[prefix.Length..], out var shard))
            {
                group._table.Load(shard, LeaseEntry.Read(lease.Span));
            }
            else if (ShardEntry.TryParseId(key.AsSpan(prefix.Length), out var index))
            {
                group._goneShards.Add(index);
            }
        }

        return group;
    }

    /// <summary>Adds a new group to a batch, with what its start position stands for in each shard.</summary>
    internal static void AddNew(StateBatch batch, DataStream stream, string name, GroupEntry entry)
    {
        batch.Put(ConsumerGroups.KeyOf(stream.Name, name), entry.ToBytes());
        if (entry.Options.Start.Kind == ShardPositionKind.TrimHorizon)
        {
            return;
        }

        foreach (var shard in stream.Shards)
        {
            var done = new GroupCheckpoint(shard.Resolve(entry.Options.Start).Previous);
            batch.Put(
                ConsumerGroups.KeyOf(stream.Name, name, shard.Id),
                (LeaseEntry.New with { Checkpoint = done }).ToBytes());
        }
    }

    /// <summary>Ends the group: what is under way is finished, what comes later is refused.</summary>
    internal async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        _isGone = true;
        _turn.Release();
    }

    private async ValueTask ChangeAsync(List<(HeldLease Lease, LeaseEntry Entry)> changes)
    {
        await SaveAsync(changes).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var (lease, entry) in changes)
            {
                lease.Entry = entry;
            }
        }
    }

    /// <summary>Makes leases durable, and that those of expired shards are gone.</summary>
    private async ValueTask SaveAsync(List<(HeldLease Lease, LeaseEntry Entry)> changes)
    {
        var batch = new StateBatch();
        foreach (var (lease, entry) in changes)
        {
            batch.Put(ConsumerGroups.KeyOf(Stream.Name, Name, lease.Shard.Id), entry.ToBytes());
        }

        int[] gone;
        lock (_gate)
        {
            gone = [.. _goneShards];
        }

        foreach (var index in gone)
        {
            batch.Delete(ConsumerGroups.KeyOf(Stream.Name, Name, ShardEntry.IdOf(index)));
        }

        await _state.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
        lock (_gate)
        {
            _goneShards.RemoveRange(0, gone.Length);
        }
    }

    private void See(string member, int leasesMax)
    {
        Refresh();
        if (!_table.TrySee(member, leasesMax, Now))
        {
            throw new GroupException(
                GroupRefusal.TooManyMembers,
                $"Group '{Name}' of stream '{Stream.Name}' has {MembersMax} members already. Stop some, or wait until "
                    + $"those that have gone are forgotten, {Options.LeaseDuration.TotalSeconds:0.###} s after they "
                    + "were heard of.");
        }
    }

    private void Refresh() => _goneShards.AddRange(_table.Refresh(Now));

    private static void CheckName(string member)
    {
        if (!StreamName.IsValid(member))
        {
            throw new ArgumentException(
                $"'{member}' is no member name: 1 to 128 letters, digits, '_', '.' or '-'.", nameof(member));
        }
    }

    /// <summary>One change at a time; disposing ends it.</summary>
    private async ValueTask<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_isGone)
        {
            return new Turn(_turn);
        }

        _turn.Release();
        throw new GroupException(
            GroupRefusal.Gone, $"Group '{Name}' of stream '{Stream.Name}' was deleted, or the stream was.");
    }

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
