using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

public sealed class AppendAndReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_come_back_in_order_with_their_key_time_and_bytes()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings" });
        var eventTime = Timestamp.From(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        for (var i = 1; i <= 3; i++)
        {
            var receipt = await stream.AppendAsync(Utf8("key"), Utf8($"value {i}"), eventTime);
            Assert.Equal(new SequenceNumber(i), receipt.Sequence);
        }

        using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(new SequenceNumber(i), record.Sequence);
            Assert.Equal(eventTime, record.EventTime);
            Assert.Equal("key", Encoding.UTF8.GetString(record.PartitionKey));
            Assert.Equal($"value {i}", Encoding.UTF8.GetString(record.Data));
        }

        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task A_pump_goes_on_after_a_restart_where_its_last_batch_ended()
    {
        for (var run = 0; run < 3; run++)
        {
            await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
            var input = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "input" });
            var output = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "output" });
            var target = output.Shards[0];
            await input.AppendAsync(Utf8("key"), Utf8($"run {run}"));

            var next = target.TryGetCheckpoint("input", out var place) ? BitConverter.ToInt64(place.Span) : 1;
            Assert.Equal(run + 1, next);
            var batch = new AppendBatch();
            using var reader = input.Shards[0].OpenReader(ShardPosition.At(new SequenceNumber(next)));
            while (reader.TryRead(out var record))
            {
                Assert.True(batch.TryAdd(record.PartitionKey, record.Data));
                next = record.Sequence.Next.Value;
            }

            batch.SetCheckpoint("input", BitConverter.GetBytes(next));
            var receipt = await output.AppendAsync(target, batch);
            Assert.Equal(new SequenceNumber(run + 1), receipt.Sequence);
        }
    }

    [Fact]
    public async Task A_waiting_reader_wakes_when_a_record_is_acknowledged()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings" });
        using var reader = stream.Shards[0].OpenReader(ShardPosition.Latest);
        var waiting = reader.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        await stream.AppendAsync(Utf8("key"), Utf8("value"));
        await waiting;
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(SequenceNumber.First, record.Sequence);
    }

    [Fact]
    public async Task Sequence_numbers_go_on_after_the_store_was_closed_and_opened()
    {
        for (var round = 0; round < 3; round++)
        {
            await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
            var definition = new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 };
            var stream = await store.CreateOrUpdateAsync(definition);
            Assert.Empty(store.RecoveryFindings);
            for (var i = 1; i <= 500; i++)
            {
                var receipt = await stream.AppendAsync(Utf8("key"), new byte[400]);
                Assert.Equal(new SequenceNumber((round * 500) + i), receipt.Sequence);
            }

            using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
            var count = 0;
            while (reader.TryRead(out var record))
            {
                Assert.Equal(new SequenceNumber(++count), record.Sequence);
            }

            Assert.Equal((round + 1) * 500, count);
        }
    }

    [Fact]
    public async Task A_second_process_cannot_open_the_same_folder()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var options = new StreamStoreOptions { Folder = _folder.Path };
        var error = Assert.Throws<IOException>(() => StreamStore.Open(options));
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
