using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Queues;

/// <summary>Who waits for a queue's records is woken, and what the disk has lost holds up nothing.</summary>
public sealed class QueueReceiveTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Who_waits_for_dead_letters_is_woken_when_a_record_was_received_too_often_meanwhile()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, _time);
        var stream = await MakeAsync(store);
        var queue = await store.Queues.CreateAsync(stream, "q", new QueueOptions { ReceivesMax = 2 });
        var waiting = queue.ReceiveAsync(QueueTarget.DeadLetters, 10, null, Day).AsTask();
        await AppendAsync(stream, 1);
        for (var i = 1; i <= 2; i++)
        {
            Assert.Equal(i, Assert.Single(await ReceiveAsync(queue, TimeSpan.Zero)).Receives);
        }

        Assert.Equal(3, Assert.Single(await waiting).Receives);
    }

    [Fact]
    public async Task Who_waits_for_dead_letters_is_woken_when_records_may_be_received_less_often_than_they_were()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, _time);
        var stream = await MakeAsync(store);
        var queue = await store.Queues.CreateAsync(stream, "q", new QueueOptions { ReceivesMax = null });
        var waiting = queue.ReceiveAsync(QueueTarget.DeadLetters, 10, null, Day).AsTask();
        await AppendAsync(stream, 1);
        Assert.Single(await ReceiveAsync(queue, TimeSpan.Zero));
        await queue.ChangeAsync(queue.Options with { ReceivesMax = 1 });
        Assert.Equal(2, Assert.Single(await waiting).Receives);
    }

    [Fact]
    public async Task Who_waits_behind_a_shard_of_which_too_much_is_received_is_woken_by_an_acknowledgement()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, _time);
        var stream = await MakeAsync(store);
        var queue = await store.Queues.CreateAsync(stream, "q", new QueueOptions());
        await AppendAsync(stream, QueueShard.ItemsMax + 1);
        var received = await ReceiveAsync(queue, Day / 2);
        Assert.Equal(QueueShard.ItemsMax, received.Count);
        var waiting = queue.ReceiveAsync(QueueTarget.Records, 10, null, Day / 4).AsTask();
        await queue.AcknowledgeAsync(QueueTarget.Records, [received[7]]);
        Assert.Equal(QueueShard.ItemsMax + 1, Assert.Single(await waiting).Sequence.Value);
    }

    [Fact]
    public async Task Records_that_the_disk_has_lost_are_passed_over_and_come_to_be_neither_received_nor_dead()
    {
        using var folder = new TemporaryFolder();
        var disk = new SimulatedDisk(new Random(1));
        var options = new StreamStoreOptions { Folder = folder.Path, Disk = disk };
        string id;
        await using (var store = StreamStore.Open(options, _time))
        {
            var stream = await MakeAsync(store);
            id = (await store.Queues.CreateAsync(stream, "q", new QueueOptions { ReceivesMax = 1 })).Id;
            await AppendAsync(stream, 500);
        }

        var shard = Path.Combine(folder.Path, "streams", "readings", ShardEntry.IdOf(0));
        var segment = disk.List(shard).Order(StringComparer.Ordinal).First(name => name.EndsWith(".log"));
        Damage(disk.BytesOf(Path.Combine(shard, segment))[20_000..]);
        await using (var store = StreamStore.Open(options, _time))
        {
            var queue = store.Queues.Find(id)!;
            var received = await ReceiveAsync(queue, TimeSpan.FromSeconds(30));
            Assert.Equal(500, received.Count);
            var lost = received.Where(IsLost).ToList();
            Assert.InRange(lost.Count, 1, 499);

            // The first one says it of all.
            queue.PassLost(lost[0]);
            queue.PassLost(received[0]);
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.Empty(await ReceiveAsync(queue, TimeSpan.Zero));
            var dead = await queue.ReceiveAsync(QueueTarget.DeadLetters, 1000, null, TimeSpan.Zero);
            Assert.Equal(
                received.Except(lost).Select(receipt => receipt.Sequence), dead.Select(receipt => receipt.Sequence));
        }
    }

    /// <summary>Changes a byte of the next value: one of a checksum or of a pad costs no record.</summary>
    private static void Damage(Span<byte> bytes) => bytes[bytes.IndexOf("xxxx"u8)] ^= 0x10;

    private static bool IsLost(QueueReceipt receipt)
    {
        using var reader = receipt.Shard.OpenReader(ShardPosition.At(receipt.Sequence));
        return reader.Read(out _) == LogReadStep.Gap;
    }

    private static async Task<DataStream> MakeAsync(StreamStore store) =>
        await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });

    private static Task AppendAsync(DataStream stream, int count)
    {
        var data = Encoding.UTF8.GetBytes(new string('x', 300));
        return Task.WhenAll(Enumerable.Range(0, count).Select(
            _ => stream.AppendAsync("k"u8.ToArray(), data).AsTask()));
    }

    private static async Task<IReadOnlyList<QueueReceipt>> ReceiveAsync(RecordQueue queue, TimeSpan visibility) =>
        await queue.ReceiveAsync(QueueTarget.Records, 5000, visibility, TimeSpan.Zero);
}
