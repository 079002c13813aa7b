using EdgeStream.Gateway.Config;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class StorageConfigTests
{
    [Fact]
    public void Alerts_dead_letters_and_refused_records_outlive_readings_unless_the_file_says_otherwise()
    {
        var streams = ConfigText.Parse("").Streams;
        Assert.Equal(
            [
                (StreamPriority.Normal, WhenFull.Reject), (StreamPriority.High, WhenFull.DropOldest),
                (StreamPriority.High, WhenFull.DropOldest), (StreamPriority.High, WhenFull.DropOldest),
            ],
            streams.Select(stream => (stream.Priority, stream.WhenFull)));
        Assert.All(streams, stream => Assert.True(stream.ProtectUndelivered));

        var changed = ConfigText.Parse(
            "streams: [{name: alerts, priority: low, whenFull: reject, protectUndelivered: false}]\n").Streams[1];
        Assert.Equal(
            (StreamPriority.Low, WhenFull.Reject, false),
            (changed.Priority, changed.WhenFull, changed.ProtectUndelivered));
    }

    [Fact]
    public void The_budget_and_the_reserve_are_derived_unless_they_are_set()
    {
        Assert.Equal(new StorageLimits { ScrubBytesPerSecond = 1 << 20 }, ConfigText.Parse("").Storage);
        Assert.Equal(
            new StorageLimits { BudgetBytes = 1L << 30, ReserveBytes = 0 },
            ConfigText.Parse("storage: {budget: 1GiB, reserve: 0, scrubRate: 0}\n").Storage);
    }

    [Theory]
    [InlineData("none", SegmentCompression.None)]
    [InlineData("auto", SegmentCompression.Auto)]
    [InlineData("brotli", SegmentCompression.Brotli)]
    public void Compression_is_off_unless_a_stream_asks_for_it(string word, SegmentCompression compression)
    {
        Assert.All(ConfigText.Parse("").Streams, stream => Assert.Equal(SegmentCompression.None, stream.Compression));
        var changed = ConfigText.Parse($"streams: [{{name: readings, compression: {word}}}]\n").Streams[0];
        Assert.Equal(compression, changed.Compression);
    }

    [Fact]
    public void Deduplication_is_off_unless_a_stream_asks_for_it_and_its_bounds_are_checked()
    {
        Assert.All(ConfigText.Parse("").Streams, stream => Assert.False(stream.Deduplication));
        var changed = ConfigText.Parse(
            "streams: [{name: readings, deduplication: true, deduplicationProducers: 7}]\n")
            .Streams[0];
        Assert.Equal((true, 7), (changed.Deduplication, changed.DeduplicationProducersMax));
        var errors = ConfigText.Errors(
            "streams:\n  - name: a\n    deduplicationProducers: 1001\n");
        Assert.Contains(errors, static error => error.StartsWith("test.yaml:3:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_that_the_streams_cannot_live_in_is_refused_with_what_they_need()
    {
        var error = Assert.Throws<ConfigException>(() => ConfigText.Parse("storage: {budget: 100MiB}\n"));
        Assert.Contains("152MiB", Assert.Single(error.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_changes_the_budget_of_a_running_gateway()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "storage: {budget: 1GiB}\n");
        Assert.Equal(1L << 30, await BudgetAsync(gateway));
        await gateway.ReloadAsync(GatewayUnderTest.Quiet + "storage: {budget: 2GiB}\n");
        Assert.Equal(2L << 30, await BudgetAsync(gateway));
    }

    private static async Task<long> BudgetAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/status")).GetProperty("storage").GetProperty("budgetBytes").GetInt64();
}
