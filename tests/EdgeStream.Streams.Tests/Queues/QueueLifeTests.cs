using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Streams.Tests.Queues;

/// <summary>What a queue knows over restarts, power cuts, retention and the end of its stream.</summary>
public sealed class QueueLifeTests(ITestOutputHelper output)
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task What_is_acknowledged_stays_so_over_a_restart_and_all_else_is_received_again()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<QueueReceipt> received;
        string id;
        await using (var store = Open(folder))
        {
            var stream = await MakeAsync(store);
            var queue = await store.Queues.CreateAsync(stream, "q", new QueueOptions { ReceivesMax = 2 });
            id = queue.Id;
            await AppendAsync(stream, 5);
            received = await ReceiveAsync(queue);
            Assert.Equal([1, 2, 3, 4, 5], Sequences(received));
            Assert.All(await queue.AcknowledgeAsync(QueueTarget.Records, [received[1], received[3]]), Assert.True);
        }

        await using (var store = Open(folder))
        {
            var queue = store.Queues.Find(id)!;
            Assert.Equal(("q", 2), (queue.Name, queue.Options.ReceivesMax));
            var again = await ReceiveAsync(queue);
            Assert.Equal([1, 3, 5], Sequences(again));
            Assert.Equal(received[0].FirstReceivedAt.UnixMilliseconds, again[0].FirstReceivedAt.UnixMilliseconds);
            _time.Advance(queue.Options.VisibilityTimeout);
            Assert.Empty(await ReceiveAsync(queue));
            AssertSequences(await ReceiveAsync(queue, QueueTarget.DeadLetters), 1, 3, 5);
        }

        await using (var store = Open(folder))
        {
            var queue = store.Queues.Find(id)!;
            Assert.Empty(await ReceiveAsync(queue));
            AssertSequences(await ReceiveAsync(queue, QueueTarget.DeadLetters), 1, 3, 5);
            await store.DeleteAsync("readings");
            Assert.Empty(store.Queues.All);
            Assert.Empty(store.State.List("queues/"));
            await Assert.ThrowsAsync<QueueException>(async () => await ReceiveAsync(queue));
        }
    }

    [Fact]
    public async Task A_receipt_from_before_a_restart_acknowledges_and_nothing_before_it_is_lost()
    {
        using var folder = new TemporaryFolder();
        QueueReceipt last;
        string id;
        await using (var store = Open(folder))
        {
            var stream = await MakeAsync(store);
            var queue = await store.Queues.CreateAsync(stream, "q", new QueueOptions());
            id = queue.Id;
            await AppendAsync(stream, 4);
            last = (await ReceiveAsync(queue))[2];
        }

        await using (var store = Open(folder))
        {
            var queue = store.Queues.Find(id)!;
            var receipt = last with { Shard = queue.Stream.Shards[0] };
            Assert.All(await queue.AcknowledgeAsync(QueueTarget.Records, [receipt]), Assert.True);
            AssertSequences(await ReceiveAsync(queue), 1, 2, 4);
        }
    }

    [Fact]
    public async Task A_queue_of_a_relaxed_stream_gives_out_what_comes_after_a_power_cut()
    {
        var random = TestSeed.Create(output.WriteLine);
        using var folder = new TemporaryFolder();
        var disk = new SimulatedDisk(random);
        var taken = 0L;
        for (var round = 0; round < 12; round++)
        {
            var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk }, _time);
            var stream = await store.CreateOrUpdateAsync(new StreamDefinition
            {
                Name = "readings", SegmentSizeBytes = 64 << 10, Durability = Durability.OperatingSystem,
            });
            var queue = store.Queues.All.Count == 0
                ? await store.Queues.CreateAsync(stream, "q", new QueueOptions())
                : store.Queues.All[0];
            var count = random.Next(1, 30);
            await AppendAsync(stream, count);
            var newest = stream.Shards[0].NewestSequence.Value;
            var received = await ReceiveAsync(queue);
            Assert.Equal(newest, Sequences(received)[^1]);
            Assert.True(received.Count >= count, $"{received.Count} of {count} records were received");
            await queue.AcknowledgeAsync(QueueTarget.Records, received);
            disk.TurnOff();
            await store.DisposeAsync();
            disk.CutPower();
            var again = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk }, _time);
            Assert.True(again.TryGet("readings", out var left));
            taken += newest - left.Shards[0].NewestSequence.Value;
            await again.DisposeAsync();
        }

        Assert.True(taken > 0, "no cut took anything");
    }

    [Fact]
    public void What_a_queue_knows_stands_in_version_1_like_this_and_is_read_for_ever()
    {
        var entry = new QueueEntry(
            "q",
            new QueueOptions { Start = ShardPosition.AtTime(new Timestamp(7)), ReceivesMax = null },
            new Timestamp(9));
        const string Json = "{\"version\":1,\"name\":\"q\",\"createdAt\":9,\"start\":\"at-timestamp\",\"startTime\":7,"
            + "\"visibilitySeconds\":30,\"receivesMax\":0}";
        Assert.Equal(Json, Encoding.UTF8.GetString(entry.ToBytes()));
        Assert.Equal(entry, QueueEntry.Read(Encoding.UTF8.GetBytes(Json)));
        var kept = entry with
        {
            Tags = new Dictionary<string, string> { ["k"] = "v" }, ResourcePolicy = "{}",
        };
        const string Kept = ",\"tags\":{\"k\":\"v\"},\"policy\":\"{}\"}";
        Assert.Equal(Json[..^1] + Kept, Encoding.UTF8.GetString(kept.ToBytes()));
        var read = QueueEntry.Read(kept.ToBytes());
        Assert.Equal(("v", "{}"), (Assert.Single(read.Tags).Value, read.ResourcePolicy));
        Assert.Throws<InvalidDataException>(() => QueueEntry.Read("{\"version\":2}"u8.ToArray()));
    }

    [Fact]
    public async Task What_a_queue_knows_of_a_shard_stands_in_version_1_like_this()
    {
        using var folder = new TemporaryFolder();
        await using var store = Open(folder);
        var stream = await MakeAsync(store);
        var shard = new QueueShard(stream.Shards[0]) { Next = new SequenceNumber(300) };
        shard.Items.Add(new QueueItem(new SequenceNumber(5))
        {
            Receives = 2, IsDead = true, FirstReceivedAt = Timestamp.FromUnixMilliseconds(130),
        });
        shard.Items.Add(new QueueItem(new SequenceNumber(299)) { Receives = 1 });
        var bytes = QueueShardFormat.ToBytes(shard);
        Assert.Equal("01AC0205058201A6020200", Convert.ToHexString(bytes));
        var read = new QueueShard(stream.Shards[0]);
        QueueShardFormat.Read(bytes, read);
        Assert.Equal(bytes, QueueShardFormat.ToBytes(read));
        Assert.Throws<InvalidDataException>(() => QueueShardFormat.Read([1, 0x80], read));
    }

    private static async Task<DataStream> MakeAsync(StreamStore store) =>
        await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });

    private static async Task AppendAsync(DataStream stream, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await stream.AppendAsync("k"u8.ToArray(), Encoding.UTF8.GetBytes(new string('x', 300)));
        }
    }

    private static async Task<IReadOnlyList<QueueReceipt>> ReceiveAsync(
        RecordQueue queue, QueueTarget target = QueueTarget.Records) =>
        await queue.ReceiveAsync(target, 1000, null, TimeSpan.Zero);

    private static void AssertSequences(IReadOnlyList<QueueReceipt> receipts, params long[] expected) =>
        Assert.Equal(expected, Sequences(receipts));

    private static long[] Sequences(IReadOnlyList<QueueReceipt> receipts) =>
        [.. receipts.Select(receipt => receipt.Sequence.Value)];

    private StreamStore Open(TemporaryFolder folder) =>
        StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, _time);
}
