using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Checkpoints belong to a stream and not to its name.</summary>
public sealed class CheckpointIdentityTests : IDisposable
{
    private const string Key = "consumers/readings/upstream/shardId-000000000000";
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_checkpoint_committed_behind_the_deletion_counts_for_no_later_stream_of_the_name()
    {
        await using (var store = Open())
        {
            var old = await CreateAsync(store, 3);
            var consumer = store.OpenConsumer(old, "upstream", ShardPosition.TrimHorizon);
            var late = new StateBatch();
            consumer.AddCheckpoint(late, old.Shards[0], new SequenceNumber(3));
            var later = new StateBatch();
            consumer.AddCheckpoint(later, old.Shards[0], new SequenceNumber(2));
            Assert.True(await store.DeleteAsync("readings"));
            await store.State.CommitAsync(late);
            Assert.True(store.State.TryGet(Key, out _));

            // The clock stands still: the id must differ all the same.
            var next = await CreateAsync(store, 5);
            Assert.False(store.State.TryGet(Key, out _));
            await store.State.CommitAsync(later);
            Assert.NotEqual(old.Attributes.Id, next.Attributes.Id);
            Check(store, next);
            await store.SplitShardAsync("readings", next.Shards[0].Id, UInt128.MaxValue / 2);
            Assert.Empty(store.State.List("consumers/readings/upstream/shardId-000000000001"));
        }

        await using var again = Open();
        Assert.True(again.TryGet("readings", out var found));
        Check(again, found);
    }

    [Fact]
    public async Task Counts_of_evictions_go_with_their_stream()
    {
        await using var store = Open();
        await CreateAsync(store, 1);
        await store.State.CommitAsync(
            new StateBatch().Put("evictions/readings/shardId-000000000000", new byte[32].AsSpan()));
        Assert.True(await store.DeleteAsync("readings"));
        await store.State.CommitAsync(
            new StateBatch().Put("evictions/readings/shardId-000000000000", [9, .. new byte[31]]));
        Assert.Equal(default, (await CreateAsync(store, 1)).Evictions);
    }

    [Fact]
    public void The_bytes_are_frozen_and_old_ones_count_for_whatever_stream_has_the_name()
    {
        Span<byte> bytes = stackalloc byte[CheckpointFormat.SizeBytes];
        CheckpointFormat.Write(bytes, new SequenceNumber(0x0102030405060708), 0x1112131415161718);
        Assert.Equal("08070605040302011817161514131211", Convert.ToHexString(bytes));
        Assert.True(CheckpointFormat.TryRead(bytes, 0x1112131415161718, out var done));
        Assert.Equal(0x0102030405060708, done.Value);
        Assert.False(CheckpointFormat.TryRead(bytes, 1, out _));
        Assert.True(CheckpointFormat.TryRead(bytes[..8], 1, out done));
        Assert.Equal(0x0102030405060708, done.Value);
        Assert.False(CheckpointFormat.TryRead(bytes[..7], 1, out _));
        Assert.False(CheckpointFormat.TryRead(bytes[..15], 1, out _));
    }

    [Fact]
    public async Task The_note_of_shards_that_are_being_made_is_frozen_and_goes_when_they_are()
    {
        await using var store = Open();
        var stream = await CreateAsync(store, 1);
        var batch = new StateBatch();
        var entry = stream.Entry.Shards[0];
        StreamFiles.BeginMaking(batch, "readings", [entry with { Index = 3 }, entry with { Index = 4 }]);
        await store.State.CommitAsync(batch);
        Assert.True(store.State.TryGet("making/readings", out var note));
        Assert.Equal("=3,4", Encoding.ASCII.GetString(note.Span));
        Assert.Equal([3, 4], StreamFiles.Unmade(store.State, stream.Entry));
        await store.SplitShardAsync("readings", stream.Shards[0].Id, UInt128.MaxValue / 2);
        Assert.False(store.State.TryGet("making/readings", out _));
    }

    [Fact]
    public async Task A_stream_that_takes_over_files_takes_over_their_checkpoints()
    {
        await using (var store = Open())
        {
            var stream = await CreateAsync(store, 3);
            await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
                .CheckpointAsync(stream.Shards[0], new SequenceNumber(2));
            await store.State.CommitAsync(LostEntry());
        }

        _time.Advance(TimeSpan.FromDays(1));
        await using var again = Open();
        Assert.Empty(again.Streams);
        var found = await CreateAsync(again, 0);
        var consumer = again.OpenConsumer(found, "upstream", ShardPosition.TrimHorizon);
        Assert.Equal(new SequenceNumber(2), consumer.Checkpoint(found.Shards[0]));
        Assert.Equal(1, consumer.PendingRecords);
    }

    [Fact]
    public async Task A_checkpoint_that_is_taken_over_is_not_further_than_what_is_left()
    {
        await using (var store = Open())
        {
            var stream = await CreateAsync(store, 3);
            await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
                .CheckpointAsync(stream.Shards[0], new SequenceNumber(9));
            await store.State.CommitAsync(LostEntry());
        }

        await using var again = Open();
        var found = await CreateAsync(again, 0);
        var consumer = again.OpenConsumer(found, "upstream", ShardPosition.TrimHorizon);
        Assert.Equal(new SequenceNumber(3), consumer.Checkpoint(found.Shards[0]));
        await found.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        Assert.Equal(1, consumer.PendingRecords);
    }

    private static StateBatch LostEntry()
    {
        var batch = new StateBatch();
        batch.Delete("streams/readings");
        return batch;
    }

    private static void Check(StreamStore store, DataStream stream)
    {
        var consumer = store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
        Assert.Null(consumer.Checkpoint(stream.Shards[0]));
        Assert.Equal(5, consumer.PendingRecords);
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }, _time);

    private static async Task<DataStream> CreateAsync(StreamStore store, int records)
    {
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });
        for (var number = 0; number < records; number++)
        {
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        }

        return stream;
    }
}
