using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Shares the room of the disk among the streams: who may grow, and who gives up what for it.</summary>
/// <remarks>
/// <para>Thread-safe. Room is taken a segment at a time. When a segment would go beyond the budget, streams that drop
/// their oldest records give up sealed segments: those of the lowest priority first, within a priority those of the
/// stream that fills its own limit of bytes the most (shares of the budget are in proportion to these limits), and
/// never those of a higher priority than the stream that asks. If that is not enough, a stream of high priority may
/// take the reserve on top of the budget; any other is refused until there is room.</para>
/// <para>Nothing is evicted in vain: where all that may go is not enough, nothing goes.</para>
/// </remarks>
internal sealed class DiskBudget(IDisk disk, string folder, Func<IReadOnlyList<DataStream>> streams)
{
    private readonly Lock _gate = new();
    private readonly DiskReserve _reserve = new(disk, Path.Combine(folder, "reserve"));
    private StorageLimits _limits = StorageLimits.None;

    /// <summary>The limits; they may change at any time.</summary>
    internal StorageLimits Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>The figures of this moment.</summary>
    internal StorageStatus Status
    {
        get
        {
            lock (_gate)
            {
                var used = UsedBytes();
                var room = Room();
                return new StorageStatus(used, Limits.BudgetOf(room, used), Limits.ReserveOf(room), _reserve.HeldBytes);
            }
        }
    }

    /// <summary>
    /// Lets room be counted for something that can be done without, if it fits into what budget and reserve leave.
    /// </summary>
    internal bool TryAdmitAhead(long sizeBytes, Action reserve)
    {
        lock (_gate)
        {
            var used = UsedBytes();
            var room = Room();
            var missing = MissingReserve(room);
            if (used + sizeBytes > Limits.BudgetOf(room, used)
                || (missing > 0 && room.FreeBytes - sizeBytes < missing))
            {
                return false;
            }

            reserve();
            return true;
        }
    }

    /// <summary>Lets a stream take this many bytes more if it may; evicts for it where that helps.</summary>
    /// <remarks>
    /// Room that the reserve still misses is left to it, except by those that it is for. It is taken under the lock, so
    /// that whoever asks next finds it used.
    /// </remarks>
    internal bool TryAdmit(DataStream stream, Shard? shard, long sizeBytes, Action take, out bool isOverBudget)
    {
        var priority = stream.Definition.Priority;
        lock (_gate)
        {
            var used = UsedBytes();
            var room = Room();
            var isHigh = priority == StreamPriority.High;
            var reserve = isHigh ? Limits.ReserveOf(room) : 0;
            var overBudget = used - (Limits.BudgetOf(room, used) - sizeBytes);
            var missing = isHigh ? 0 : MissingReserve(room);
            var overRoom = missing > 0 ? missing - (room.FreeBytes - sizeBytes) : 0;
            var excess = Math.Max(overBudget, overRoom);
            isOverBudget = overBudget >= overRoom;
            if (excess > 0)
            {
                excess -= ReleaseSpares(excess);
            }

            if (excess > 0)
            {
                // What the reserve covers need not be evicted, but lower priorities give up theirs first.
                var mustGo = excess - reserve;
                var (givers, evictable) = Givers(priority);
                if (evictable < mustGo)
                {
                    return false;
                }

                Evict(givers, shard, excess, mustGo, isOverBudget ? EvictionReason.Budget : EvictionReason.DiskFull);
            }

            take();
            return true;
        }
    }

    /// <summary>Frees room for a stream after the disk refused this many bytes; false where nothing may go.</summary>
    internal bool TryFree(DataStream stream, Shard? shard, long sizeBytes)
    {
        var priority = stream.Definition.Priority;
        lock (_gate)
        {
            if (ReleaseSpares(sizeBytes) is var released && released >= sizeBytes)
            {
                return true;
            }

            var wanted = sizeBytes - released;
            var held = priority == StreamPriority.High ? _reserve.HeldBytes : 0;
            var (givers, evictable) = Givers(priority);
            if (evictable + held < wanted)
            {
                return false;
            }

            var freed = Evict(givers, shard, wanted, wanted - held, EvictionReason.DiskFull);
            return freed >= wanted || _reserve.TryRelease(wanted - freed);
        }
    }

    /// <summary>Frees room for the state: from the reserve, and where that is used up, from any stream.</summary>
    internal bool TryFreeForState(long sizeBytes)
    {
        lock (_gate)
        {
            if (ReleaseSpares(sizeBytes) >= sizeBytes || _reserve.TryRelease(sizeBytes))
            {
                return true;
            }

            var (givers, evictable) = Givers(StreamPriority.High);
            return evictable > 0 && Evict(givers, null, sizeBytes, sizeBytes, EvictionReason.DiskFull) > 0;
        }
    }

    /// <summary>Keeps the reserve filled. Called about once a second.</summary>
    /// <exception cref="IOException">A file of the reserve cannot be made or removed; all else goes on.</exception>
    internal void TickReserve()
    {
        lock (_gate)
        {
            var room = Room();
            _reserve.Tick(Limits.ReserveOf(room), room);
        }
    }

    /// <summary>Keeps a budget that was lowered. Called about once a second.</summary>
    internal void Tick()
    {
        lock (_gate)
        {
            // A budget that follows the free room says how much may be added, not what must go.
            if (Limits.BudgetBytes is { } budget && UsedBytes() - budget is var excess and > 0)
            {
                excess -= ReleaseSpares(excess);
                var (givers, _) = Givers(StreamPriority.High);
                Evict(givers, null, excess, excess - Limits.ReserveOf(Room()), EvictionReason.Budget);
            }
        }
    }

    /// <summary>Deletes files that hold no record until so many bytes are free; returns what was freed.</summary>
    private long ReleaseSpares(long wanted)
    {
        long freed = 0;
        foreach (var stream in streams())
        {
            foreach (var shard in stream.Shards)
            {
                freed += freed < wanted ? shard.Log.ReleaseSpares() : 0;
            }
        }

        return freed;
    }

    /// <summary>What of the reserve is not held; nothing without a reserve, so that the room does not count.</summary>
    private long MissingReserve(DiskRoom room) => Math.Max(0, Limits.ReserveOf(room) - _reserve.HeldBytes);

    private DiskRoom Room()
    {
        try
        {
            return disk.RoomOf(folder);
        }
        catch (IOException)
        {
            // Unknown: the disk itself will say what it takes.
            return new DiskRoom(long.MaxValue / 2, 0);
        }
    }

    private long UsedBytes()
    {
        long used = 0;
        foreach (var stream in streams())
        {
            used += stream.SizeBytes;
        }

        return used;
    }

    /// <summary>The streams that may give something up for a priority, first giver first, and how much.</summary>
    private (DataStream[] Givers, long EvictableBytes) Givers(StreamPriority priorityMax)
    {
        var givers = new List<DataStream>();
        long evictable = 0;
        foreach (var stream in streams())
        {
            var definition = stream.Definition;
            if (definition.WhenFull == WhenFull.DropOldest && definition.Priority <= priorityMax)
            {
                givers.Add(stream);
                evictable += stream.EvictableBytes;
            }
        }

        return ([.. givers], evictable);
    }

    /// <summary>
    /// Evicts until <paramref name="wanted"/> bytes are free; streams of high priority only until
    /// <paramref name="needed"/> are, since the reserve covers the rest. Returns what was freed.
    /// </summary>
    private static long Evict(
        DataStream[] givers, Shard? asking, long wanted, long needed, EvictionReason reason)
    {
        long freed = 0;
        while (freed < wanted)
        {
            Array.Sort(givers, Compare);
            long step = 0;
            foreach (var giver in givers)
            {
                var mayGive = giver.Definition.Priority < StreamPriority.High || freed < needed;
                step = mayGive ? EvictOldest(giver, asking, reason) : 0;
                if (step > 0)
                {
                    break;
                }
            }

            if (step == 0)
            {
                break;
            }

            freed += step;
        }

        return freed;
    }

    /// <summary>Evicts a segment of the stream's largest shard that has one to give; 0 when none has.</summary>
    /// <remarks>A segment of the shard that asks may become its next one without being given back in between.</remarks>
    private static long EvictOldest(DataStream stream, Shard? asking, EvictionReason reason)
    {
        ShardLog? largest = null;
        foreach (var shard in stream.Shards)
        {
            if (shard.Log.SealedBytes.Evictable > 0 && (largest is null || shard.Log.SizeBytes > largest.SizeBytes))
            {
                largest = shard.Log;
            }
        }

        if (largest is null)
        {
            return 0;
        }

        var before = largest.SizeBytes - (largest == asking?.Log ? largest.SpareBytes : 0);
        if (!largest.TryEvictOldest(reason))
        {
            return 0;
        }

        if (largest == asking?.Log)
        {
            return Math.Max(0, before - largest.SizeBytes + largest.SpareBytes);
        }

        largest.ReleaseSpares();
        return Math.Max(0, before - largest.SizeBytes);
    }

    private static int Compare(DataStream left, DataStream right)
    {
        var byPriority = left.Definition.Priority.CompareTo(right.Definition.Priority);
        var byFill = byPriority != 0 ? byPriority : Fill(right).CompareTo(Fill(left));
        return byFill != 0 ? byFill : string.CompareOrdinal(left.Name, right.Name);
    }

    /// <summary>How much of its own limit a stream takes.</summary>
    private static double Fill(DataStream stream) => stream.SizeBytes / (double)stream.Definition.RetentionBytes;
}
