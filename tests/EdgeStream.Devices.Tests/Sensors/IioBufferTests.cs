using System.Buffers.Binary;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>Scans of a buffer: their types, how they lie in memory, and the records they become.</summary>
public class IioBufferTests
{
    private const string Device = "sys/bus/iio/devices/iio:device0";

    [Theory]
    [InlineData("le:s12/16>>4", new byte[] { 0xF0, 0x7F }, 2047)]
    [InlineData("le:s12/16>>4", new byte[] { 0x00, 0x80 }, -2048)]
    [InlineData("be:u16/16>>0", new byte[] { 0x12, 0x34 }, 0x1234)]
    [InlineData("be:s24/32>>8", new byte[] { 0xFF, 0xFF, 0xFE, 0x00 }, -2)]
    [InlineData("le:u8/8>>0", new byte[] { 0xFF }, 255)]
    [InlineData("le:s64/64>>0", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, -2)]
    [InlineData("be:u10/16>>6", new byte[] { 0xFF, 0xC0 }, 1023)]
    public void A_type_says_how_a_value_is_stored(string type, byte[] bytes, long value)
    {
        Assert.True(IioScanElement.TryParse(type, out var element));
        Assert.Equal((bytes.Length, value), (element.SizeBytes, element.Read(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("le:s12/16")]
    [InlineData("me:s12/16>>4")]
    [InlineData("le:f32/32>>0")]
    [InlineData("le:s16/16X3>>0")]
    [InlineData("le:s16/24>>0")]
    [InlineData("le:s16/16>>4")]
    public void What_is_no_type_is_refused(string type) => Assert.False(IioScanElement.TryParse(type, out _));

    [Fact]
    public void Channels_lie_by_their_indexes_each_at_a_multiple_of_its_size()
    {
        using var tree = new SensorTree();
        Channel(tree, "voltage3", 2, "le:u8/8>>0");
        Channel(tree, "voltage1", 0, "le:s16/16>>0");
        Channel(tree, "voltage2", 1, "le:s32/32>>0");
        var layout = Layout(tree, hasTime: true, "voltage1", "voltage2", "voltage3");
        Assert.Equal([0, 4, 8], layout.Channels.Select(channel => channel.Start));
        Assert.Equal((16, 24), (layout.TimeStart, layout.SizeBytes));
        Assert.Equal(12, Layout(tree, hasTime: false, "voltage1", "voltage2", "voltage3").SizeBytes);
        Assert.Equal(2, Layout(tree, hasTime: false, "voltage1").SizeBytes);
    }

    [Fact]
    public async Task Every_scan_is_a_record_at_the_time_of_its_stamp()
    {
        using var tree = Accelerometer();
        await using var folder = await StreamFolder.OpenAsync();
        folder.Time.Advance(TimeSpan.FromMinutes(1));
        var scans = new byte[2 * 16];
        Scan(scans, 100, -256, Nanoseconds(folder.Time) - 2_000_000_000);
        Scan(scans.AsSpan(16), 101, 256, Nanoseconds(folder.Time) - 1_000_000_000);
        await File.WriteAllBytesAsync(tree.PathOf("dev/iio:device0"), scans);
        await CaptureAsync(Source(tree, folder), () => folder.Read("readings").Count >= 3);

        const string Units = "\"units\":{\"accel_x\":\"m/s2\",\"accel_y\":\"m/s2\"}}";
        var records = folder.Read("readings");
        Assert.Equal($"{{\"accel_x\":1,\"accel_y\":-2.56,{Units}", records[0].Data);
        Assert.Equal($"{{\"accel_x\":1.01,\"accel_y\":2.56,{Units}", records[1].Data);
        Assert.Contains("has ended: its chip is gone", records[2].Data);
        Assert.Equal(
            [folder.Time.GetUtcNow().AddSeconds(-2), folder.Time.GetUtcNow().AddSeconds(-1)],
            records.Take(2).Select(record => record.EventTime.ToDateTimeOffset()));
        Assert.Equal(
            ("1", "0", "1", "monotonic", "hrtimer0", "800", "64"),
            (Text(tree, "scan_elements/in_accel_x_en"), Text(tree, "scan_elements/in_accel_z_en"),
                Text(tree, "scan_elements/in_timestamp_en"), Text(tree, "current_timestamp_clock"),
                Text(tree, "trigger/current_trigger"), Text(tree, "sampling_frequency"), Text(tree, "buffer/length")));
        Assert.Equal("0", Text(tree, "buffer/enable"));
    }

    [Fact]
    public async Task Scans_that_are_missing_between_two_stamps_are_counted_and_stated()
    {
        using var tree = Accelerometer();
        await using var folder = await StreamFolder.OpenAsync();
        folder.Time.Advance(TimeSpan.FromMinutes(1));
        const int Scans = 50;
        const int Gap = 40;
        const int Missing = 7;
        var scans = new byte[Scans * 16];
        for (var i = 0; i < Scans; i++)
        {
            var stamp = Nanoseconds(folder.Time) - 1_000_000_000 + (1_250_000L * (i + (i >= Gap ? Missing : 0)));
            Scan(scans.AsSpan(16 * i), (short)i, 0, stamp);
        }

        await File.WriteAllBytesAsync(tree.PathOf("dev/iio:device0"), scans);
        var source = Source(tree, folder);
        await CaptureAsync(source, () => folder.Read("readings").Count > Scans);

        Assert.Equal((Scans, Missing), (source.Status.Readings, source.Status.Lost));
        var records = folder.Read("readings").Take(Scans).ToArray();
        Assert.StartsWith("{\"accel_x\":0.4,\"accel_y\":0,\"scans_lost\":7,\"units\"", records[Gap].Data);
        Assert.Single(records, record => record.Data.Contains("scans_lost"));
    }

    [Fact]
    public async Task A_full_buffer_without_stamps_has_lost_a_scan_at_least()
    {
        using var tree = Accelerometer();
        File.Delete(tree.PathOf($"{Device}/scan_elements/in_timestamp_en"));
        await using var folder = await StreamFolder.OpenAsync();
        await File.WriteAllBytesAsync(tree.PathOf("dev/iio:device0"), new byte[64 * 4]);
        var source = Source(tree, folder);
        await CaptureAsync(source, () => folder.Read("readings").Count > 64);
        Assert.Equal((64, 1), (source.Status.Readings, source.Status.Lost));
        Assert.Contains("\"scans_lost\":1", folder.Read("readings")[0].Data);
    }

    [Theory]
    [InlineData(800, 1024, "16")]
    [InlineData(10_000, 4096, "200")]
    [InlineData(10_000, 64, "16")]
    [InlineData(1, 64, "1")]
    public void The_kernel_wakes_the_reader_for_20_ms_of_scans_or_a_quarter_of_the_buffer(
        double rate, int length, string watermark)
    {
        using var tree = Accelerometer();
        File.WriteAllBytes(tree.PathOf("dev/iio:device0"), []);
        using var buffer = new IioBuffer(Options(tree) with { Rate = rate, Length = length });
        Assert.Equal(watermark, Text(tree, "buffer/watermark"));
    }

    [Fact]
    public void A_channel_and_a_buffer_that_are_not_there_are_told()
    {
        using var tree = Accelerometer();
        var options = Options(tree) with { Channels = ["accel_x", "gyro"] };
        Assert.Equal(
            "The scans of adxl345 have no channel 'gyro', but accel_x, accel_y, accel_z.",
            Assert.Throws<IOException>(() => new IioBuffer(options)).Message);
        Directory.Delete(tree.PathOf($"{Device}/scan_elements"), recursive: true);
        Assert.Equal(
            "The chip adxl345 has no buffer: its driver reads single values only.",
            Assert.Throws<IOException>(() => new IioBuffer(options)).Message);
    }

    [Fact]
    public async Task A_chip_that_is_not_there_is_told()
    {
        using var tree = new SensorTree();
        await using var folder = await StreamFolder.OpenAsync();
        var source = Source(tree, folder);
        await CaptureAsync(source, () => folder.Read("readings").Count > 0);
        Assert.StartsWith(
            "{\"stale\":true,\"sensor\":\"accel_x accel_y\",\"problem\":\"There is no chip 'adxl345' of industrial",
            folder.Read("readings")[0].Data);
        Assert.True(source.Status.IsStale);
    }

    private static async Task CaptureAsync(IioBufferSource source, Func<bool> isDone)
    {
        using var stop = new CancellationTokenSource();
        var run = source.RunAsync(stop.Token);
        await Poll.UntilAsync(isDone);
        await stop.CancelAsync();
        await run;
    }

    private static IioBufferSource Source(SensorTree tree, StreamFolder folder) => new(
        Options(tree), folder.Stream("readings"), null, folder.Time, new ListLogger<IioBufferSource>());

    private static IioBufferOptions Options(SensorTree tree) => new()
    {
        Name = "machine", Device = "machine-1", Chip = "adxl345", Channels = ["accel_x", "accel_y"],
        Trigger = "hrtimer0", Rate = 800, Length = 64, Root = tree.Root,
    };

    private static SensorTree Accelerometer()
    {
        var tree = new SensorTree();
        tree.Write($"{Device}/name", "adxl345\n");
        tree.Write($"{Device}/in_accel_scale", "0.01\n");
        tree.Write($"{Device}/current_timestamp_clock", "realtime\n");
        tree.Write($"{Device}/sampling_frequency", "100\n");
        tree.Write($"{Device}/buffer/enable", "0\n");
        tree.Write($"{Device}/buffer/length", "2\n");
        tree.Write($"{Device}/buffer/watermark", "1\n");
        tree.Write($"{Device}/trigger/current_trigger", "\n");
        Channel(tree, "accel_x", 0, "le:s13/16>>0");
        Channel(tree, "accel_y", 1, "le:s13/16>>0");
        Channel(tree, "accel_z", 2, "le:s13/16>>0");
        tree.Write($"{Device}/scan_elements/in_timestamp_en", "0\n");
        Directory.CreateDirectory(tree.PathOf("dev"));
        return tree;
    }

    private static void Channel(SensorTree tree, string channel, int index, string type)
    {
        tree.Write($"{Device}/scan_elements/in_{channel}_en", "1\n");
        tree.Write($"{Device}/scan_elements/in_{channel}_index", $"{index}\n");
        tree.Write($"{Device}/scan_elements/in_{channel}_type", type + "\n");
    }

    private static IioScanLayout Layout(SensorTree tree, bool hasTime, params string[] channels) =>
        new(channels.Select(channel => new IioScanChannel(tree.PathOf(Device), channel)), hasTime);

    /// <summary>Two channels of 16 bits, and the stamp at a multiple of 8.</summary>
    private static void Scan(Span<byte> scan, short x, short y, long stamp)
    {
        BinaryPrimitives.WriteInt16LittleEndian(scan, x);
        BinaryPrimitives.WriteInt16LittleEndian(scan[2..], y);
        BinaryPrimitives.WriteInt64LittleEndian(scan[8..], stamp);
    }

    private static long Nanoseconds(ManualTimeProvider time) =>
        (long)(time.GetTimestamp() * (1e9 / time.TimestampFrequency));

    private static string Text(SensorTree tree, string file) =>
        File.ReadAllText(tree.PathOf($"{Device}/{file}"), Encoding.UTF8);
}
