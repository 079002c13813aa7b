using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Which records a deduplicating stream recognises, and what their senders are told.</summary>
public sealed class RepeatedRecordTests
{
    [Fact]
    public async Task A_record_that_is_sent_again_is_not_appended_again()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        var first = await AppendAsync(stream, "pump", 1, 10);
        var again = await AppendAsync(stream, "pump", 1, 10);
        Assert.False(first.IsDuplicate);
        Assert.True(again.IsDuplicate);
        Assert.Equal(first.Sequence, again.Sequence);
        Assert.Equal([10], Values(stream));
        Assert.Equal(1, stream.DuplicateRecords);
        Assert.Equal(1, stream.Statistics.AppendedRecords);
    }

    [Fact]
    public async Task Numbers_out_of_order_are_told_apart_within_the_window()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        foreach (var number in (ulong[])[2000, 977, 1999, 980])
        {
            Assert.False((await AppendAsync(stream, "pump", number, (int)number)).IsDuplicate);
            Assert.True((await AppendAsync(stream, "pump", number, (int)number)).IsDuplicate);
        }

        Assert.False((await AppendAsync(stream, "pump", ProducerStamp.NumberMax, 1)).IsDuplicate);
        Assert.True((await AppendAsync(stream, "pump", ProducerStamp.NumberMax, 1)).IsDuplicate);
        Assert.Equal([2000, 977, 1999, 980, 1], Values(stream));
    }

    [Fact]
    public async Task A_number_below_the_window_is_neither_stored_nor_told_as_repeated()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        await AppendAsync(stream, "pump", 2000, 1, epoch: 1);
        Assert.Equal(PutStatus.TooOld, Put(stream, new ProducerStamp("pump"u8, 976, 1), out var receipt));
        Assert.False(receipt.IsDuplicate);
        Assert.Equal(PutStatus.Accepted, Put(stream, new ProducerStamp("pump"u8, 977, 1), out _));
        Assert.Equal(PutStatus.TooOld, Put(stream, new ProducerStamp("pump"u8, 5000, 0), out _));
        Assert.Equal(0, stream.DuplicateRecords);
        Assert.Contains(
            "can't tell", stream.Refusal(AppendStatus.TooOld, 0).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_greater_epoch_begins_anew()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        Assert.False((await AppendAsync(stream, "pump", 5000, 1)).IsDuplicate);
        Assert.False((await AppendAsync(stream, "pump", 0, 3, epoch: 7)).IsDuplicate);
        Assert.False((await AppendAsync(stream, "pump", 1, 4, epoch: 7)).IsDuplicate);
        Assert.True((await AppendAsync(stream, "pump", 0, 5, epoch: 7)).IsDuplicate);
        Assert.Equal([1, 3, 4], Values(stream));
    }

    [Fact]
    public async Task Producers_do_not_know_each_other_and_any_bytes_are_an_id()
    {
        using var folder = new TemporaryFolder();
        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }))
        {
            var stream = await store.CreateOrUpdateAsync(Definition());
            for (var last = 0; last < 256; last++)
            {
                Assert.False(Append(stream, [0xC3, (byte)last], 1, last).IsDuplicate);
            }
        }

        await using var again = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        Assert.True(again.TryGet("readings", out var found));
        for (var last = 0; last < 256; last++)
        {
            Assert.True(Append(found, [0xC3, (byte)last], 1, last).IsDuplicate);
        }

        Assert.False(Append(found, [0xC3], 1, 256).IsDuplicate);
    }

    [Fact]
    public async Task The_producer_longest_unheard_of_is_forgotten_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var definition = Definition() with { DeduplicationProducersMax = 3 };
        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }))
        {
            var stream = await store.CreateOrUpdateAsync(definition);
            foreach (var producer in (string[])["a", "b", "c", "a", "d"])
            {
                await AppendAsync(stream, producer, (ulong)stream.Statistics.AppendedRecords, 0);
            }
        }

        await using var again = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        Assert.True(again.TryGet("readings", out var found));
        Assert.True((await AppendAsync(found, "d", 4, 0)).IsDuplicate);
        Assert.True((await AppendAsync(found, "a", 0, 0)).IsDuplicate);
        Assert.True((await AppendAsync(found, "c", 2, 0)).IsDuplicate);
        Assert.False((await AppendAsync(found, "b", 1, 0)).IsDuplicate);
        Assert.False((await AppendAsync(found, "d", 4, 0)).IsDuplicate);
    }

    [Fact]
    public async Task More_producers_than_there_is_room_for_never_end_the_appends()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(
            Definition() with { SegmentSizeBytes = 64 << 10, DeduplicationProducersMax = 1000 });
        for (var number = 0; number < 2000; number++)
        {
            var producer = string.Create(CultureInfo.InvariantCulture, $"a producer of a rather long name {number:D9}");
            Assert.False((await AppendAsync(stream, producer, 1, number)).IsDuplicate);
            Assert.True((await AppendAsync(stream, producer, 1, number)).IsDuplicate);
        }
    }

    [Fact]
    public async Task Windows_outlive_the_records_that_retention_takes()
    {
        using var folder = new TemporaryFolder();
        var definition = Definition() with { SegmentSizeBytes = 64 << 10, RetentionBytes = 1 };
        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }))
        {
            var stream = await store.CreateOrUpdateAsync(definition);
            await AppendAsync(stream, "pump", 1, 1);
            var filler = new byte[1000];
            for (var count = 0; count < 1000; count++)
            {
                await stream.AppendAsync("k"u8.ToArray(), filler);
                store.Tick();
            }

            Assert.True(stream.Statistics.EvictedRecords > 1);
        }

        await using var again = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        Assert.True(again.TryGet("readings", out var found));
        Assert.True((await AppendAsync(found, "pump", 1, 1)).IsDuplicate);
    }

    [Fact]
    public async Task Without_the_switch_a_stamp_says_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition() with { Deduplication = false });
        Assert.False((await AppendAsync(stream, "pump", 1, 1)).IsDuplicate);
        Assert.False((await AppendAsync(stream, "pump", 1, 1)).IsDuplicate);
        Assert.Equal(2, stream.Statistics.AppendedRecords);
    }

    [Fact]
    public async Task A_repeated_record_takes_nothing_of_the_limits_and_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateAsync(Definition(), new StreamAttributes { Mode = StreamMode.Provisioned });
        Assert.NotNull(stream);
        Assert.Equal(PutStatus.Accepted, Put(stream, 1, out _));
        for (var count = 0; count < 5000; count++)
        {
            Assert.Equal(PutStatus.Accepted, Put(stream, 1, out var receipt));
            Assert.True(receipt.IsDuplicate);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 100; count++)
        {
            _ = Put(stream, 1, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task A_new_record_of_a_known_producer_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        ulong number = 0;
        for (; number < 20_000; number++)
        {
            Append(stream, "pump"u8, number, 0);
        }

        await AppendAsync(stream, "pump", number++, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var data = "1"u8;
        for (var end = number + 100; number < end; number++)
        {
            _ = stream.TryAppend(null, "k"u8, data, null, new ProducerStamp("pump"u8, number), out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_id_that_is_empty_or_too_long_and_a_number_that_has_no_greater_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => { _ = new ProducerStamp("a"u8, ulong.MaxValue); });
        Assert.Throws<ArgumentOutOfRangeException>(static () => { _ = new ProducerStamp("a"u8, 1, ulong.MaxValue); });
        Assert.Throws<ArgumentException>(static () => { _ = new ProducerStamp([], 1); });
        Assert.Throws<ArgumentException>(static () => { _ = new ProducerStamp(new byte[65], 1); });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Children_of_a_split_or_merge_know_what_their_parents_took(bool isRestarted)
    {
        using var folder = new TemporaryFolder();
        var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        await SendAllAsync(stream, 0, 50, isDuplicate: false);
        await store.UpdateShardCountAsync("readings", 3);
        await SendAllAsync(stream, 50, 100, isDuplicate: false);
        await store.UpdateShardCountAsync("readings", 2);
        if (isRestarted)
        {
            await store.DisposeAsync();
            store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
            Assert.True(store.TryGet("readings", out stream));
        }

        await SendAllAsync(stream, 0, 100, isDuplicate: true);
        await SendAllAsync(stream, 100, 150, isDuplicate: false);
        Assert.Equal(150, stream.Statistics.AppendedRecords);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_that_is_made_again_under_the_name_of_a_deleted_one_knows_nobody()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition());
        await AppendAsync(stream, "pump", 1, 1);
        await store.UpdateShardCountAsync("readings", 2);
        Assert.NotEmpty(store.State.List("producers/"));
        await store.DeleteAsync("readings");
        Assert.Empty(store.State.List("producers/"));
        stream = await store.CreateOrUpdateAsync(Definition());
        Assert.False((await AppendAsync(stream, "pump", 1, 1)).IsDuplicate);
    }

    private static async Task SendAllAsync(DataStream stream, int from, int to, bool isDuplicate)
    {
        for (var number = from; number < to; number++)
        {
            var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key {number % 17}"));
            AppendStatus status;
            AppendReceipt receipt;
            while ((status = TryAppend(stream, key, number, out receipt)) == AppendStatus.Busy)
            {
                await stream.WhenRoom(key);
            }

            Assert.Equal(AppendStatus.Accepted, status);
            Assert.Equal(isDuplicate, receipt.IsDuplicate);
            await receipt.WhenAcknowledged();
        }
    }

    private static AppendStatus TryAppend(DataStream stream, byte[] key, int number, out AppendReceipt receipt) =>
        stream.TryAppend(null, key, "1"u8, null, new ProducerStamp("pump"u8, (ulong)number), out receipt);

    private static StreamDefinition Definition() => new() { Name = "readings", Deduplication = true };

    private static PutStatus Put(DataStream stream, ulong number, out AppendReceipt receipt) =>
        Put(stream, new ProducerStamp("pump"u8, number), out receipt);

    private static PutStatus Put(DataStream stream, in ProducerStamp stamp, out AppendReceipt receipt) =>
        stream.TryPut(null, "k"u8, "1"u8, stamp, out receipt);

    private static AppendReceipt Append(
        DataStream stream, ReadOnlySpan<byte> producer, ulong number, int value, ulong epoch = 0)
    {
        var data = Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
        while (true)
        {
            var stamp = new ProducerStamp(producer, number, epoch);
            var status = stream.TryAppend(null, "k"u8, data, null, stamp, out var receipt);
            if (status == AppendStatus.Accepted)
            {
                return receipt;
            }

            Assert.Equal(AppendStatus.Busy, status);
            stream.WhenRoom("k"u8).Wait();
        }
    }

    private static async Task<AppendReceipt> AppendAsync(
        DataStream stream, string producer, ulong number, int value, ulong epoch = 0)
    {
        var receipt = Append(stream, Encoding.UTF8.GetBytes(producer), number, value, epoch);
        await receipt.WhenAcknowledged();
        return receipt;
    }

    private static List<int> Values(DataStream stream) => StreamContent.Read(stream)["k"];
}
