using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

public class BatchBoundaryTests
{
    private const int BufferBytes = 4096;
    private const int BufferSeconds = 10;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(6)];

    /// <summary>A backlog is cut by bytes alone, whatever the sizes of its records.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_backlog_is_cut_where_the_model_cuts_it(int seed)
    {
        var random = new Random(seed);
        await using var stage = await OpenAsync();
        for (var i = 0; i < 120; i++)
        {
            var length = random.Next(10) == 0 ? random.Next(2 * BufferBytes) : random.Next(300);
            await stage.AppendAsync($"k{random.Next(5)}", $"{{\"value\":\"{new string('x', length)}\"}}");
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 120);

        var lines = stage.Destination.Lines();
        Assert.Equal(ModelOf(lines.Select(line => Encoding.UTF8.GetByteCount(line.Text) + 1)), SizesOf(stage));
    }

    /// <summary>
    /// Records that come with time between them are cut by time, counted from each batch's first record.
    /// </summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_slow_stream_is_cut_by_seconds_from_the_first_record(int seed)
    {
        var random = new Random(seed);
        await using var stage = await OpenAsync();
        await stage.StartAsync();
        var expected = new List<int>();
        double? openedAt = null;
        var now = 0.0;
        for (var i = 0; i < 25; i++)
        {
            await stage.AppendAsync("k", "{\"value\":1}");
            if (openedAt is null)
            {
                openedAt = now;
                expected.Add(0);
            }

            expected[^1]++;
            await Eventually.TrueAsync(() => stage.Status.BatchRecords == expected[^1]);

            // The batch's time must be running before the clock moves.
            await stage.Time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(openedAt.Value + BufferSeconds - now + 0.001));
            var pause = random.Next(1, 5000) / 1000.0;
            stage.Time.Advance(TimeSpan.FromSeconds(pause));
            now += pause;
            if (now >= openedAt + BufferSeconds)
            {
                openedAt = null;
                await Eventually.TrueAsync(() => stage.Status.DeliveredObjects == expected.Count);
            }
        }

        await stage.StopEngineAsync();
        Assert.Equal(expected, SizesOf(stage));
    }

    [Fact]
    public async Task With_zero_seconds_a_record_goes_at_once()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with { BufferSeconds = 0 });
        await stage.StartAsync();
        await stage.AppendAsync("k", "{\"value\":1}");
        await Eventually.TrueAsync(() => stage.Status.DeliveredRecords == 1);
    }

    [Fact]
    public async Task A_record_that_waited_in_the_log_has_used_up_its_seconds_there()
    {
        await using var stage = await OpenAsync();
        await stage.AppendManyAsync(3);
        stage.Time.Advance(TimeSpan.FromSeconds(BufferSeconds));
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.DeliveredRecords == 3);
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    public async Task Objects_hold_every_record_of_every_shard_once_and_in_order(CompressionKind compression)
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { BufferBytes = 2048, Compression = compression }, shards: 3);
        for (var i = 0; i < 90; i++)
        {
            await stage.AppendAsync($"key{i % 7}", $"{{\"value\":{i}}}");
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 90);
        var lines = stage.Destination.Lines();
        Assert.Equal(3, lines.Select(line => line.Shard).Distinct().Count());
        foreach (var key in lines.GroupBy(line => line.Key))
        {
            var values = key.Select(line => line.Json.GetProperty("data").GetProperty("value").GetInt32()).ToList();
            Assert.Equal(Enumerable.Range(0, 90).Where(i => $"key{i % 7}" == key.Key), values);
        }
    }

    private static Task<DeliveryStage> OpenAsync() => DeliveryStage.OpenAsync(definition => definition with
    {
        BufferBytes = BufferBytes,
        BufferSeconds = BufferSeconds,
    });

    private static List<int> ModelOf(IEnumerable<int> lineSizes)
    {
        var sizes = new List<int>();
        var bytes = BufferBytes;
        foreach (var size in lineSizes)
        {
            if (bytes >= BufferBytes || bytes + size > BufferBytes)
            {
                sizes.Add(0);
                bytes = 0;
            }

            sizes[^1]++;
            bytes += size;
        }

        return sizes;
    }

    private static List<int> SizesOf(DeliveryStage stage) =>
        [.. stage.Destination.Objects.Values.Select(content => DeliveredLine.ReadAll(content, isGzip: true).Count)];
}
