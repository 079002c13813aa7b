using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Named readers and their durable checkpoints.</summary>
public sealed class ConsumerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_consumer_goes_on_after_its_checkpoint_when_the_store_is_opened_again()
    {
        await using (var store = Open())
        {
            var stream = await FilledAsync(store, 10);
            var consumer = store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
            Assert.Null(consumer.Checkpoint(stream.Shards[0]));
            Assert.Equal(10, consumer.PendingRecords);
            await consumer.CheckpointAsync(stream.Shards[0], new SequenceNumber(4));
            Assert.Equal(6, consumer.PendingRecords);
        }

        await using var again = Open();
        Assert.True(again.TryGet("readings", out var found));
        var resumed = again.OpenConsumer(found, "upstream", ShardPosition.TrimHorizon);
        using var reader = resumed.OpenReader(found.Shards[0]);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(5, record.Sequence.Value);
    }

    [Fact]
    public async Task A_checkpoint_and_other_state_become_durable_in_one_step()
    {
        await using var store = Open();
        var stream = await FilledAsync(store, 3);
        var consumer = store.OpenConsumer(stream, "rules", ShardPosition.TrimHorizon);
        var batch = new StateBatch().Put("rules/state", "x"u8);
        consumer.AddCheckpoint(batch, stream.Shards[0], new SequenceNumber(3));
        Assert.Null(consumer.Checkpoint(stream.Shards[0]));
        await store.State.CommitAsync(batch);
        Assert.Equal(new SequenceNumber(3), consumer.Checkpoint(stream.Shards[0]));
        Assert.True(store.State.TryGet("rules/state", out _));
        Assert.Equal(0, consumer.PendingRecords);
        Assert.Equal(0, consumer.PendingBytes);
    }

    [Fact]
    public async Task A_consumer_that_starts_at_the_latest_sees_only_what_comes_after()
    {
        await using var store = Open();
        var stream = await FilledAsync(store, 3);
        var consumer = store.OpenConsumer(stream, "live", ShardPosition.Latest);
        await stream.AppendAsync("k"u8.ToArray(), "new"u8.ToArray());
        using var reader = consumer.OpenReader(stream.Shards[0]);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(4, record.Sequence.Value);
    }

    [Fact]
    public async Task Deleting_a_stream_takes_its_records_and_its_checkpoints()
    {
        await using var store = Open();
        var stream = await FilledAsync(store, 3);
        await store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
            .CheckpointAsync(stream.Shards[0], new SequenceNumber(2));

        Assert.True(await store.DeleteAsync("readings"));

        Assert.False(await store.DeleteAsync("readings"));
        Assert.Equal(AppendStatus.Failed, stream.TryAppend("k"u8, "v"u8, null, out _));
        var remade = await FilledAsync(store, 1);
        Assert.Equal(1, remade.Statistics.AppendedRecords);
        Assert.Null(store.OpenConsumer(remade, "upstream", ShardPosition.TrimHorizon).Checkpoint(remade.Shards[0]));
    }

    [Fact]
    public async Task A_stream_whose_definition_was_lost_with_the_state_keeps_its_records()
    {
        await using (var store = Open())
        {
            await FilledAsync(store, 3);
        }

        foreach (var file in Directory.GetFiles(_folder.Combine("state")))
        {
            File.Delete(file);
        }

        await using var restarted = Open();
        Assert.Empty(restarted.Streams);
        var stream = await FilledAsync(restarted, 0);
        Assert.Equal(new SequenceNumber(3), stream.Shards[0].NewestSequence);
        Assert.Contains("they are kept", Assert.Single(restarted.RecoveryFindings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_crash_in_the_middle_of_a_deletion_left_does_not_come_back()
    {
        var folder = _folder.Combine("streams/readings/" + ShardEntry.IdOf(0));
        await using (var store = Open())
        {
            await FilledAsync(store, 3);
            var deletion = new StateBatch();
            deletion.Delete("streams/readings");
            deletion.Put("deletions/readings", "1"u8.ToArray());
            await store.State.CommitAsync(deletion);
        }

        Assert.NotEmpty(Directory.GetFiles(folder));
        await using var restarted = Open();
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(0, (await FilledAsync(restarted, 0)).Shards[0].NewestSequence.Value);
        Assert.False(restarted.State.TryGet("deletions/readings", out _));
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });

    private static async Task<DataStream> FilledAsync(StreamStore store, int count)
    {
        var definition = new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 };
        var stream = await store.CreateOrUpdateAsync(definition);
        for (var i = 0; i < count; i++)
        {
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        }

        return stream;
    }
}
