using System.Text;
using EdgeStream.Gateway.Wear;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Totals of written bytes over restarts, their rates, and how long a card lasts.</summary>
public sealed class WearMeterTests : IAsyncDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly TemporaryFolder _folder = new("wear");
    private readonly ManualTimeProvider _time = new();
    private readonly CountedSource _source = new();
    private readonly StreamStore _store;
    private long _payload;

    public WearMeterTests() => _store = StreamStore.Open(
        new StreamStoreOptions { Folder = _folder.Path, Disk = new SimulatedDisk(new Random(1)) }, _time);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rates_are_told_after_ten_minutes_and_cover_the_last_hour_and_day()
    {
        var meter = Start();
        await RunAsync(meter, minutes: 9, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        Assert.Null(meter.Status(null).ProcessBytesPerHour);

        await RunAsync(meter, minutes: 111, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        await RunAsync(meter, minutes: 60, processPerMinute: 3 * Mebibyte, devicePerMinute: 4 * Mebibyte);

        var status = meter.Status(null);
        Assert.Equal(180 * Mebibyte, status.ProcessBytesPerHour!.Value, 1.0);
        Assert.Equal(240 * Mebibyte, status.DeviceBytesPerHour!.Value, 1.0);
        Assert.Equal(300 * Mebibyte / 3.0 * 24, status.ProcessBytesPerDay!.Value, 1.0);
        Assert.Equal(3.0, status.BytesPerPayloadByte!.Value * _payload / (100 * Mebibyte), 3);
        Assert.Equal(4.8, status.DeviceBytesPerPayloadByte!.Value * _payload / (100 * Mebibyte), 3);
        Assert.Null(status.DaysLeft);
    }

    [Fact]
    public async Task The_life_of_a_card_follows_from_what_the_whole_disk_is_written()
    {
        var meter = Start();
        await RunAsync(meter, minutes: 24 * 60, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        var perDay = 2 * Mebibyte * 24 * 60;
        Assert.Equal(9.0, meter.Status(10 * perDay).DaysLeft!.Value, 3);
        Assert.Equal(0, meter.Status(perDay / 2).DaysLeft);
    }

    [Fact]
    public async Task Totals_survive_a_restart_and_count_what_the_disk_was_written_meanwhile()
    {
        var first = Start();
        await RunAsync(first, minutes: 30, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        await first.SaveAsync();
        var before = first.Status(null);

        // The process begins to count anew, the disk goes on until the machine starts again.
        _source.Process = 0;
        _source.DeviceCount += 5 * Mebibyte;
        var second = Start();
        Assert.Equal(before.ProcessBytes, second.Status(null).ProcessBytes);
        Assert.Equal(before.DeviceBytes + (5 * Mebibyte), second.Status(null).DeviceBytes);
        Assert.Equal(before.Since, second.Status(null).Since);
        await second.SaveAsync();

        _source.BootId = "boot-2";
        _source.DeviceCount = Mebibyte;
        Assert.Equal(before.DeviceBytes + (6 * Mebibyte), Start().Status(null).DeviceBytes);
    }

    [Fact]
    public async Task Totals_are_saved_once_an_hour_and_no_more()
    {
        var meter = Start();
        await RunAsync(meter, minutes: 59, processPerMinute: 1, devicePerMinute: 1);
        Assert.False(_store.State.TryGet("wear", out _));
        await RunAsync(meter, minutes: 1, processPerMinute: 1, devicePerMinute: 1);
        Assert.True(_store.State.TryGet("wear", out var saved));
        var newest = _store.State.Log.NewestSequence;
        await RunAsync(meter, minutes: 59, processPerMinute: 1, devicePerMinute: 1);
        Assert.Equal(newest, _store.State.Log.NewestSequence);
        Assert.True(saved.Length > 0);
    }

    [Fact]
    public async Task Without_a_disk_of_its_own_the_gateways_bytes_are_all_that_is_told()
    {
        _source.HasDevice = false;
        var meter = Start();
        await RunAsync(meter, minutes: 60, processPerMinute: Mebibyte, devicePerMinute: 0);
        var status = meter.Status(100L << 30);
        Assert.Null(status.Device);
        Assert.Null(status.DeviceBytes);
        Assert.Null(status.DeviceBytesPerDay);
        Assert.True(status.DaysLeft > 0);
    }

    [Fact]
    public async Task A_disk_whose_count_cannot_be_read_for_a_while_keeps_its_total()
    {
        var first = Start();
        await RunAsync(first, minutes: 30, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        _source.IsReadable = false;
        await RunAsync(first, minutes: 5, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        Assert.Equal((30 * Mebibyte, 60 * Mebibyte), Totals(first));

        // Saved now, it is not counted from the machine's start when it can be read again.
        await first.SaveAsync();
        var second = Start();
        Assert.Null(second.Status(null).DeviceBytes);
        _source.Process = 0;
        _source.IsReadable = true;
        await RunAsync(second, minutes: 1, processPerMinute: Mebibyte, devicePerMinute: 2 * Mebibyte);
        Assert.Equal((31 * Mebibyte, 72 * Mebibyte), Totals(second));
    }

    [Fact]
    public async Task Where_the_process_is_not_counted_only_the_disk_is_told()
    {
        _source.HasProcess = false;
        var meter = Start();
        await RunAsync(meter, minutes: 60, processPerMinute: 0, devicePerMinute: Mebibyte);
        var status = meter.Status(100L << 30);
        Assert.Null(status.ProcessBytes);
        Assert.Null(status.ProcessBytesPerHour);
        Assert.Null(status.ProcessBytesPerDay);
        Assert.Null(status.BytesPerPayloadByte);
        Assert.Equal(60 * Mebibyte, status.DeviceBytes);
        Assert.True(status.DaysLeft > 0);
    }

    [Fact]
    public async Task The_kept_form_is_frozen()
    {
        var totals = new WearTotals(
            Timestamp.FromUnixMilliseconds(1_780_000_000_000), 3600, 1, 2, 3, "boot-1", "mmcblk0", 4);
        var bytes = totals.ToBytes();
        Assert.Equal(
            "{\"version\":1,\"sinceUnixMs\":1780000000000,\"observedSeconds\":3600,\"processBytes\":1,"
            + "\"deviceBytes\":2,\"payloadBytes\":3,\"bootId\":\"boot-1\",\"device\":\"mmcblk0\","
            + "\"deviceCounter\":4}",
            Encoding.UTF8.GetString(bytes));
        await _store.State.CommitAsync(new StateBatch().Put("wear", bytes));
        Assert.Equal(totals, WearTotals.Load(_store.State));
    }

    private WearMeter Start() => new(_time, _store.State, _source, () => _payload);

    private static (long? Process, long? Device) Totals(WearMeter meter) =>
        (meter.Status(null).ProcessBytes, meter.Status(null).DeviceBytes);

    private async Task RunAsync(WearMeter meter, int minutes, long processPerMinute, long devicePerMinute)
    {
        for (var i = 0; i < minutes; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _source.Process += processPerMinute;
            _source.DeviceCount += devicePerMinute;
            _payload += Mebibyte;
            await meter.TickAsync();
        }
    }

    private sealed class CountedSource : IWearSource
    {
        public long Process { get; set; }

        public long DeviceCount { get; set; }

        public bool HasDevice { get; set; } = true;

        public string? Device => HasDevice ? "mmcblk0" : null;

        public string BootId { get; set; } = "boot-1";

        public bool HasProcess { get; set; } = true;

        public bool IsReadable { get; set; } = true;

        public WearCounters Read() => new(
            HasProcess && IsReadable ? Process : null, HasDevice && IsReadable ? DeviceCount : null);
    }
}
