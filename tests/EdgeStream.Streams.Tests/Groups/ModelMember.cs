using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>A member as one behind a network is: it knows only what it was told, and counts from before it asked.
/// </summary>
internal sealed class ModelMember(string name, Random random, ManualTimeProvider time)
{
    private readonly Dictionary<string, Lease> _leases = [];

    public string Name => name;

    public TimeSpan Trust { get; init; }

    public IReadOnlyList<string> Shards => [.. _leases.Keys.Where(Holds)];

    public bool Holds(string shard) =>
        _leases.TryGetValue(shard, out var lease) && lease.Until + Trust > time.GetUtcNow();

    public async Task RenewAsync(ConsumerGroup group)
    {
        var asked = time.GetUtcNow();
        var claims = _leases.Select(pair => new LeaseClaim(pair.Key, pair.Value.Counter)).ToList();
        var kept = await group.RenewAsync(name, claims);
        Tell(kept, asked);
        foreach (var claim in claims.Where(claim => kept.All(lease => lease.Shard.Id != claim.ShardId)))
        {
            if (Trust == TimeSpan.Zero)
            {
                _leases.Remove(claim.ShardId);
            }
        }
    }

    public async Task AcquireAsync(ConsumerGroup group)
    {
        var asked = time.GetUtcNow();
        Tell(await group.AcquireAsync(name, random.Next(4) == 0 ? 1 : int.MaxValue), asked);
    }

    public async Task LeaveAsync(ConsumerGroup group)
    {
        _leases.Clear();
        await group.LeaveAsync(name);
    }

    /// <summary>Reads what it holds, says what is done of it or not, and gives back what others wait for.</summary>
    public async Task ReadAsync(ConsumerGroup group, int recordsMax, Action<string, int> process)
    {
        foreach (var id in Shards)
        {
            var lease = _leases[id];
            if (!group.Stream.TryGetShard(id, out var shard))
            {
                continue;
            }

            using (var reader = shard.OpenReader(ShardPosition.At(lease.Next)))
            {
                for (var left = recordsMax; left > 0 && reader.TryRead(out var record); left--)
                {
                    process(
                        Encoding.UTF8.GetString(record.PartitionKey),
                        int.Parse(record.Data, NumberStyles.None, CultureInfo.InvariantCulture));
                }

                lease.Next = reader.NextSequence;
            }

            var claim = new LeaseClaim(id, lease.Counter);
            if (lease.IsWanted || random.Next(3) > 0)
            {
                var done = new GroupCheckpoint(lease.Next.Previous);
                Assert.NotEqual(CheckpointStatus.OutOfRange, await group.CheckpointAsync(name, claim, done));
            }

            if (lease.IsWanted && random.Next(4) > 0)
            {
                _leases.Remove(id);
                await group.ReleaseAsync(name, claim);
            }
        }
    }

    private void Tell(IReadOnlyList<ShardLease> leases, DateTimeOffset asked)
    {
        foreach (var lease in leases)
        {
            if (!_leases.TryGetValue(lease.Shard.Id, out var own) || own.Counter != lease.Counter)
            {
                own = new Lease { Counter = lease.Counter, Next = lease.Checkpoint.NextSequence };
                _leases[lease.Shard.Id] = own;
            }

            own.Until = asked + lease.ExpiresIn;
            own.IsWanted = lease.HandoverTo is not null;
        }
    }

    private sealed class Lease
    {
        public long Counter { get; init; }

        public SequenceNumber Next { get; set; }

        public DateTimeOffset Until { get; set; }

        public bool IsWanted { get; set; }
    }
}
