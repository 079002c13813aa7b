using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Streams.Tests;

/// <summary>Readers of a relaxed stream that were further than what a power cut has left.</summary>
public sealed class CutOffTests(ITestOutputHelper output)
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("os")]
    [InlineData("interval:3600000")]
    public async Task Nobody_misses_a_record_or_is_given_another_for_one_that_was_taken(string durability)
    {
        var random = TestSeed.Create(output.WriteLine);
        using var folder = new TemporaryFolder();
        var disk = new SimulatedDisk(random);
        var told = new List<Told>();
        var taken = 0;
        for (var round = 0; round < 12; round++)
        {
            var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk }, _time);
            var iterators = await ShardIterators.OpenAsync(store, _time);
            Assert.True(Durability.TryParse(durability, out var relaxed));
            var stream = await store.CreateOrUpdateAsync(
                new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10, Durability = relaxed });
            var shard = stream.Shards[0];
            var consumer = store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
            var left = Read(shard);
            taken += told.Count(record => !left.ContainsKey(record.Text));
            Check(shard, iterators, consumer, told, left);
            await FillAsync(stream, iterators, consumer, told, round, random.Next(1, 30));
            Check(shard, iterators, consumer, told, Read(shard));
            if (random.Next(4) > 0)
            {
                disk.TurnOff();
                await store.DisposeAsync();
                disk.CutPower();
            }
            else
            {
                await store.DisposeAsync();
            }
        }

        Assert.True(taken > 0, "no cut took anything");
    }

    [Theory]
    [InlineData("os")]
    [InlineData("interval:3600000")]
    public async Task What_was_read_before_a_durability_became_fsync_is_there_after_a_power_cut(string durability)
    {
        var random = TestSeed.Create(output.WriteLine);
        Assert.True(Durability.TryParse(durability, out var relaxed));
        for (var round = 0; round < 10; round++)
        {
            using var folder = new TemporaryFolder();
            var disk = new SimulatedDisk(random);
            var options = new StreamStoreOptions { Folder = folder.Path, Disk = disk };
            var store = StreamStore.Open(options, _time);
            var stream = await store.CreateOrUpdateAsync(
                new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10, Durability = relaxed });
            for (var number = 0; number < 20; number++)
            {
                await stream.AppendAsync("k"u8.ToArray(), new byte[700]);
            }

            await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
                .CheckpointAsync(stream.Shards[0], new SequenceNumber(20));
            await store.ChangeDefinitionAsync("readings", old => old with { Durability = Durability.Fsync });
            disk.TurnOff();
            await store.DisposeAsync();
            disk.CutPower();
            await using var again = StreamStore.Open(options, _time);
            Assert.True(again.TryGet("readings", out var found));
            Assert.Equal(new SequenceNumber(20), found.Shards[0].NewestSequence);
            Assert.Equal(0, found.Shards[0].CutCount);
        }
    }

    [Fact]
    public async Task A_checkpoint_beyond_the_end_proves_a_cut_whatever_the_durability()
    {
        using var folder = new TemporaryFolder();
        var disk = new SimulatedDisk(new Random(1));
        var options = new StreamStoreOptions { Folder = folder.Path, Disk = disk };
        var store = StreamStore.Open(options, _time);
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });
        await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
            .CheckpointAsync(stream.Shards[0], new SequenceNumber(5));
        disk.TurnOff();
        await store.DisposeAsync();
        disk.CutPower();
        await using var again = StreamStore.Open(options, _time);
        Assert.True(again.TryGet("readings", out var found));
        Assert.Equal(1, found.Shards[0].CutCount);
        await found.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        Assert.Equal(1, again.OpenConsumer(found, "upstream", ShardPosition.TrimHorizon).PendingRecords);
    }

    [Fact]
    public async Task A_cut_stream_takes_nothing_before_the_state_knows_of_it()
    {
        var refused = 0;
        Assert.True(Durability.TryParse("os", out var relaxed));
        for (var writes = 0; writes < 40; writes++)
        {
            using var folder = new TemporaryFolder();
            var disk = new SimulatedDisk(new Random(writes));
            var options = new StreamStoreOptions { Folder = folder.Path, Disk = disk };
            var store = StreamStore.Open(options, _time);
            var stream = await store.CreateOrUpdateAsync(
                new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10, Durability = relaxed });
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
            await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
                .CheckpointAsync(stream.Shards[0], new SequenceNumber(9));
            disk.TurnOff();
            await store.DisposeAsync();
            disk.CutPower();
            disk.WritesUntilFailure = writes;
            try
            {
                await using var failing = StreamStore.Open(options, _time);
                Assert.True(failing.TryGet("readings", out stream));
                if (failing.RecoveryFindings.Any(text => text.Contains("take none before", StringComparison.Ordinal)))
                {
                    refused++;
                    Assert.Equal(AppendStatus.Busy, stream.TryAppend("k"u8, "v"u8, null, out _));
                    await failing.UpkeepAsync();
                    Assert.Equal(AppendStatus.Busy, stream.TryAppend("k"u8, "v"u8, null, out _));
                }
            }
            catch (IOException)
            {
                // Not even opened.
            }

            disk.WritesUntilFailure = int.MaxValue;
            await using var again = StreamStore.Open(options, _time);
            Assert.True(again.TryGet("readings", out stream));
            Assert.InRange(stream.Shards[0].CutCount, 1, int.MaxValue);
            var consumer = again.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
            Assert.True(consumer.NextSequence(stream.Shards[0]) <= stream.Shards[0].NewestSequence.Next);
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        }

        Assert.InRange(refused, 1, 40);
    }

    private static void Check(
        Shard shard, ShardIterators iterators, StreamConsumer consumer, List<Told> told, Dictionary<string, long> left)
    {
        var texts = left.OrderBy(pair => pair.Value).Select(pair => pair.Key).ToList();
        foreach (var (text, number, iterator, order) in told)
        {
            // What came after the record and is there.
            string[] expected = [.. texts.Where(other => OrderOf(other) > order)];
            Assert.Equal(IteratorStatus.Valid, iterators.Find(iterator, out _, out _, out var position));
            Assert.Equal(expected, Texts(shard, position));
            Assert.True(shard.TryResolve(number, isBehind: true, out position));
            Assert.Equal(expected, Texts(shard, position));
            Assert.True(shard.TryResolve(number, isBehind: false, out position));
            Assert.Equal(left.ContainsKey(text) ? [text, .. expected] : expected, Texts(shard, position));
            Assert.Equal(left.ContainsKey(text), shard.Has(number));
            if (left.TryGetValue(text, out var sequence))
            {
                Assert.Equal(number, shard.NumberOf(new SequenceNumber(sequence)));
            }
        }

        Assert.InRange(consumer.PendingRecords, 0, texts.Count);
        Assert.True(consumer.NextSequence(shard) <= shard.NewestSequence.Next);
    }

    private static async Task FillAsync(
        DataStream stream, ShardIterators iterators, StreamConsumer consumer, List<Told> told, int round, int count)
    {
        var shard = stream.Shards[0];
        for (var number = 0; number < count; number++)
        {
            var order = (round * 1000) + number;
            var text = order.ToString("D6", CultureInfo.InvariantCulture);
            var receipt = await stream.AppendAsync(
                "k"u8.ToArray(), Encoding.UTF8.GetBytes(text + new string('x', 300)));
            using var reader = shard.OpenReader(ShardPosition.At(receipt.Sequence));
            Assert.True(reader.TryRead(out _));
            told.Add(new Told(text, shard.NumberOf(receipt.Sequence), iterators.Issue(reader)!, order));
        }

        await consumer.CheckpointAsync(shard, shard.NewestSequence);
    }

    private static Dictionary<string, long> Read(Shard shard)
    {
        var left = new Dictionary<string, long>();
        using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            left.Add(Encoding.UTF8.GetString(record.Data[..6]), record.Sequence.Value);
        }

        return left;
    }

    private static string[] Texts(Shard shard, ShardPosition position)
    {
        var texts = new List<string>();
        using var reader = shard.OpenReader(position);
        while (reader.TryRead(out var record))
        {
            texts.Add(Encoding.UTF8.GetString(record.Data[..6]));
        }

        return [.. texts];
    }

    private static int OrderOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What a reader was told of a record.</summary>
    private sealed record Told(string Text, KinesisSequenceNumber Number, string Iterator, int Order);
}
