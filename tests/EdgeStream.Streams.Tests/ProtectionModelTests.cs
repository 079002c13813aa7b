using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>
/// Random lives of streams under one budget, with consumers that come, go on, and go: nothing takes what a consumer
/// protects unless its stream says so, and every record is counted.
/// </summary>
public sealed class ProtectionModelTests
{
    private const int LifeCount = 4;
    private const int StepCount = 250;
    private const int AppendsMax = 12;
    private const long Segment = BudgetStage.SegmentBytes;

    /// <summary>A consumer that went is waited for so long.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromMinutes(1);

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(LifeCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_a_consumer_protects_is_never_evicted_and_all_that_goes_is_counted(int seed)
    {
        var random = new Random(seed);
        var limits = new StorageLimits { BudgetBytes = random.Next(12, 24) * Segment, ReserveBytes = 0 };
        await using var stage = new BudgetStage(limits);
        var members = new List<Member>();
        for (var i = 0; i < 3; i++)
        {
            var protects = i > 0;
            var stream = await stage.AddAsync(
                $"stream-{i}",
                random.Next(2) == 0 ? WhenFull.DropOldest : WhenFull.Reject,
                random.Next(2) == 0 ? StreamPriority.Normal : StreamPriority.High,
                random.Next(3, 30) * Segment,
                protects);
            members.Add(new Member(stage, stream, protects));
        }

        for (var step = 1; step <= StepCount; step++)
        {
            await StepAsync(stage, members[random.Next(members.Count)], random);
            await stage.SettleAsync();
            Assert.All(members, member => member.Check($"{TestSeed.Describe(seed, $"step {step}")}"));
        }
    }

    private static async Task StepAsync(BudgetStage stage, Member member, Random random)
    {
        switch (random.Next(12))
        {
            case < 6:
                await member.AppendAsync(random.Next(1, AppendsMax));
                break;
            case 6:
                member.Come();
                break;
            case 7 or 8:
                await member.GoOnAsync(random);
                break;
            case 9:
                member.Go();
                break;
            case 10:
                stage.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 50)));
                break;
            default:
                stage.Store.Tick();
                break;
        }
    }

    /// <summary>A stream and its consumer.</summary>
    private sealed class Member(BudgetStage stage, DataStream stream, bool protects)
    {
        private readonly StreamConsumer _consumer =
            stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);

        private IDisposable? _attachment;
        private DateTimeOffset _protectedUntil = DateTimeOffset.MinValue;
        private long _oldest = 1;

        private Shard Shard => stream.Shards[0];

        internal async Task AppendAsync(int count)
        {
            try
            {
                for (; count > 0; count--)
                {
                    await BudgetStage.AppendAsync(stream);
                }
            }
            catch (StreamException)
            {
                // The budget has no room, or what is protected fills it.
            }
        }

        internal void Come() => _attachment ??= _consumer.Attach(isProtecting: true);

        internal async Task GoOnAsync(Random random)
        {
            var next = _consumer.NextSequence(Shard).Value;
            if (next <= Shard.NewestSequence.Value)
            {
                await _consumer.CheckpointAsync(
                    Shard, new Storage.SequenceNumber(random.NextInt64(next, Shard.NewestSequence.Value + 1)));
            }
        }

        internal void Go()
        {
            if (_attachment is not null)
            {
                _attachment.Dispose();
                _attachment = null;
                _protectedUntil = stage.Time.GetUtcNow() + LingerTime;
            }
        }

        internal void Check(string where)
        {
            var oldest = Shard.OldestSequence.Value;
            var next = _consumer.NextSequence(Shard).Value;
            var isProtected = protects && (_attachment is not null || stage.Time.GetUtcNow() < _protectedUntil);
            Assert.True(
                oldest == _oldest || !isProtected || oldest <= next,
                $"{where}: {stream.Name} begins at {oldest}, it was {_oldest}, its consumer needs {next}");
            _oldest = oldest;
            BudgetStage.AssertAccounts(stream);
            Assert.Equal(stream.Statistics.EvictedRecords, oldest - 1);
        }
    }
}
