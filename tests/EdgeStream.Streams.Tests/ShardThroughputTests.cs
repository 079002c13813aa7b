using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>The limits of a PROVISIONED shard, on a clock that the test moves.</summary>
public sealed class ShardThroughputTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_thousand_records_pass_in_a_second_and_the_next_one_a_millisecond_later()
    {
        var throughput = new ShardThroughput(_time);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(throughput.TryTakeWrite(10));
        }

        Assert.False(throughput.TryTakeWrite(10));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(throughput.TryTakeWrite(10));
        Assert.False(throughput.TryTakeWrite(10));
    }

    [Fact]
    public void A_mebibyte_passes_in_a_second_and_a_larger_record_on_a_full_account()
    {
        var throughput = new ShardThroughput(_time);
        Assert.True(throughput.TryTakeWrite(1 << 19));
        Assert.True(throughput.TryTakeWrite(1 << 19));
        Assert.False(throughput.TryTakeWrite(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throughput.TryTakeWrite(10 << 20));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(throughput.TryTakeWrite(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throughput.TryTakeWrite(1));
    }

    [Fact]
    public void Five_reads_pass_in_a_second_and_none_for_five_seconds_after_ten_mebibytes()
    {
        var throughput = new ShardThroughput(_time);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(throughput.TryTakeRead());
        }

        Assert.False(throughput.TryTakeRead());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throughput.TryTakeRead());
        throughput.CountRead(10 << 20);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(throughput.TryTakeRead());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(throughput.TryTakeRead());
    }

    [Fact]
    public async Task Only_what_the_api_puts_into_a_provisioned_stream_is_limited_and_a_refusal_takes_no_part()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, _time);
        var stream = await store.CreateAsync(
            new StreamDefinition { Name = "readings" }, new StreamAttributes { Mode = StreamMode.Provisioned });
        var half = new byte[(1 << 19) - 1];
        Assert.Equal(PutStatus.TooLarge, stream!.TryPut(null, "k"u8, new byte[1 << 20], out _));
        Assert.Equal(PutStatus.Accepted, stream.TryPut(null, "k"u8, half, out _));
        var last = await stream.AppendAsync("k"u8.ToArray(), half);
        await last.WhenAcknowledged();
        Assert.Equal(PutStatus.Accepted, stream.TryPut(UInt128.Zero, "k"u8, half, out var receipt));
        await receipt.WhenAcknowledged();
        Assert.Equal(PutStatus.ThroughputExceeded, stream.TryPut(null, "k"u8, "v"u8, out _));
        await store.ChangeAttributesAsync("readings", old => old with { Mode = StreamMode.OnDemand });
        Assert.Equal(PutStatus.Accepted, stream.TryPut(null, "k"u8, "v"u8, out _));
    }
}
