using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Link;

public class DrainMeterTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_rate_is_that_of_the_last_minute()
    {
        var meter = new DrainMeter(_time);
        Assert.Equal((0, 0), meter.Rates());
        meter.Add(0, 0, 0);
        for (var second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            meter.Add(100, 90, 20);
        }

        Assert.Equal((100, 20), meter.Rates());
        for (var second = 0; second < 120; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            meter.Add(10, 10, 30);
        }

        Assert.Equal((10, 30), meter.Rates());
        Assert.Equal((30 * 90) + (120 * 10), meter.DeliveredRecords);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((0, 0), meter.Rates());
    }

    [Fact]
    public void A_backlog_that_shrinks_has_an_end_and_another_none()
    {
        Assert.Equal(50, DrainMeter.EtaSeconds(4000, (100, 20)));
        Assert.Null(DrainMeter.EtaSeconds(4000, (20, 100)));
        Assert.Null(DrainMeter.EtaSeconds(4000, (0, 0)));
        Assert.Null(DrainMeter.EtaSeconds(4000, (20, 20)));
        Assert.Null(DrainMeter.EtaSeconds(0, (100, 20)));
        Assert.Null(DrainMeter.EtaSeconds(long.MaxValue, (1, 0.999)));
    }

    [Fact]
    public async Task A_delivery_that_drains_says_when_its_backlog_is_gone()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferBytes = 1024, Compression = CompressionKind.None,
            Link = new DeliveryLinkOptions { BytesPerSecond = 1 << 10 },
        });
        stage.Destination.UsesLink = true;
        await stage.AppendManyAsync(600, padding: 40);
        await stage.StartAsync();
        Assert.Null(stage.Status.EtaSeconds);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords >= 150, TimeSpan.FromSeconds(0.5));
        var status = stage.Status;
        Assert.True(status.DrainRecordsPerSecond > 0);
        var bytesPerRecord = status.WireSentBytes / (double)(status.DeliveredRecords + status.BatchRecords);
        Assert.InRange(status.WireBytesPerRecord!.Value, bytesPerRecord * 0.8, bytesPerRecord * 1.3);

        // No faster than the link; slower where the gateway's threads were, which the clock did not wait for.
        var seconds = (stage.Time.GetUtcNow() - DeliveryStage.Start).TotalSeconds;
        Assert.InRange(
            status.EtaSeconds!.Value,
            status.BacklogRecords * bytesPerRecord / 1024 * 0.7,
            status.BacklogRecords * seconds / status.DeliveredRecords * 1.5);

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromSeconds(0.5));
        Assert.Null(stage.Status.EtaSeconds);
    }
}
