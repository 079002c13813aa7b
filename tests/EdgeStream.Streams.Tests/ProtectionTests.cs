using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>What a consumer that is attached keeps from being evicted, and where its protection ends.</summary>
public sealed class ProtectionTests
{
    private const long Segment = BudgetStage.SegmentBytes;

    private static readonly StorageLimits FourSegments = new() { BudgetBytes = 4 * Segment, ReserveBytes = 0 };

    [Fact]
    public async Task Neither_age_nor_bytes_take_what_an_attached_consumer_has_not_done()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("raw", retentionBytes: 1);
        var consumer = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
        using var attachment = consumer.Attach(isProtecting: true);
        await stage.FillAsync(stream, 5);
        stage.Time.Advance(TimeSpan.FromDays(30));

        stage.Store.Tick();
        Assert.Equal(0, stream.Statistics.EvictedRecords);
        Assert.InRange(stream.ProtectedBytes, 4 * Segment, 5 * Segment);

        await consumer.CheckpointAsync(stream.Shards[0], stream.Shards[0].NewestSequence);
        stage.Store.Tick();
        Assert.True(stream.Statistics.EvictedRecords > 0);
        Assert.Equal(0, stream.ProtectedBytes);
        BudgetStage.AssertAccounts(stream);
    }

    [Fact]
    public async Task A_segment_goes_when_its_last_record_is_done_and_not_before()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("raw", retentionBytes: 1);
        var consumer = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
        using var attachment = consumer.Attach(isProtecting: true);
        await stage.FillAsync(stream, 2);
        var secondStart = stream.Shards[0].NewestSequence;
        await stage.FillAsync(stream, 4);

        await consumer.CheckpointAsync(stream.Shards[0], secondStart.Previous.Previous);
        stage.Store.Tick();
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        await consumer.CheckpointAsync(stream.Shards[0], secondStart.Previous);
        stage.Store.Tick();
        Assert.Equal(secondStart, stream.Shards[0].OldestSequence);
    }

    [Fact]
    public async Task Under_protection_a_full_budget_refuses_new_records_also_in_a_stream_that_drops()
    {
        await using var stage = new BudgetStage(FourSegments);
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        var consumer = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
        using var attachment = consumer.Attach(isProtecting: true);

        await BudgetStage.FillUntilRefusedAsync(stream);
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        await consumer.CheckpointAsync(stream.Shards[0], stream.Shards[0].NewestSequence);
        stage.Store.Tick();
        await Poll.UntilAsync(() => Task.FromResult(!stream.IsDiskFull));
        await BudgetStage.AppendAsync(stream);
        await Poll.UntilAsync(() => stream.Evictions.Budget > 0);
    }

    [Fact]
    public async Task A_stream_that_does_not_protect_what_is_undelivered_goes_by_its_limits()
    {
        await using var stage = new BudgetStage(FourSegments);
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest, protectUndelivered: false);
        var consumer = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon);
        using var attachment = consumer.Attach(isProtecting: true);
        using var reader = consumer.OpenReader(stream.Shards[0]);

        for (var i = 0; i < 8; i++)
        {
            await stage.AppendSegmentAsync(stream);
        }

        long read = 0;
        while (reader.TryRead(out _))
        {
            read++;
        }

        Assert.Equal(stream.Statistics.EvictedRecords, reader.SkippedRecords);
        Assert.Equal(stream.Statistics.AppendedRecords, read + reader.SkippedRecords);
    }

    [Fact]
    public async Task A_consumer_that_is_not_attached_or_asks_for_nothing_protects_nothing()
    {
        await using var stage = new BudgetStage(FourSegments);
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        stage.Store.OpenConsumer(stream, "absent", ShardPosition.TrimHorizon);
        using var attachment = stage.Store.OpenConsumer(stream, "easy-going", ShardPosition.TrimHorizon)
            .Attach(isProtecting: false);
        await stage.FillAsync(stream, 4);

        await stage.AppendSegmentAsync(stream);

        Assert.True(stream.Evictions.Budget > 0);
    }

    [Fact]
    public async Task Protection_outlives_a_change_of_the_consumer_and_ends_a_minute_after_it_left()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("raw", retentionBytes: 1);
        var first = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon).Attach(isProtecting: true);
        await stage.FillAsync(stream, 4);
        first.Dispose();
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        stage.Store.Tick();
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        var second = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon).Attach(isProtecting: true);
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        first.Dispose();
        stage.Time.Advance(TimeSpan.FromSeconds(59));
        stage.Store.Tick();
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        second.Dispose();
        stage.Time.Advance(TimeSpan.FromSeconds(61));
        stage.Store.Tick();
        Assert.True(stream.Statistics.EvictedRecords > 0);
    }
}
