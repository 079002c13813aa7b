using EdgeStream.Devices;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class KernelConfigTests
{
    private const string Sensor = "{name: t, sensor: hwmon lm75 temp1}";

    [Fact]
    public void A_sensor_needs_a_name_and_an_address()
    {
        var source = Assert.Single(Parse($"sensors: [{Sensor}]").SensorSources);
        Assert.Equal(
            new SensorSourceOptions
            {
                Name = "s", Device = "s", Sensors = [new SensorOptions { Name = "t", Sensor = "hwmon lm75 temp1" }],
            },
            source);
    }

    [Fact]
    public void A_sensor_may_say_everything()
    {
        var source = Assert.Single(Parse("device: d, timeout: 1s, sensors: [{name: t, sensor: hwmon lm75 temp1, "
            + "unit: K, period: 1s, scale: 2, offset: -1, min: -40, max: 125, deadband: 0.5, "
            + "repeat: 1m}]").SensorSources);
        Assert.Equal(("d", TimeSpan.FromSeconds(1)), (source.Device, source.Timeout));
        Assert.Equal(
            new SensorOptions
            {
                Name = "t", Sensor = "hwmon lm75 temp1", Unit = "K", Period = TimeSpan.FromSeconds(1),
                Calibration = new Calibration([-1, 2]), Minimum = -40, Maximum = 125, Deadband = 0.5,
                Repeat = TimeSpan.FromMinutes(1),
            },
            Assert.Single(source.Sensors));
    }

    [Theory]
    [InlineData("spi 0.0 - i16 be >>2 *0.25")]
    [InlineData("spi 0.1 0x60 u16 be >>6 mode:0 speed:1000000 bits:8")]
    [InlineData("spi 1.0 0x0001 u16 &0x3ff setup:0x80c2")]
    [InlineData("i2c 1 0x48 0x00 i16 be *0.00390625")]
    public void A_register_of_a_chip_without_a_driver_needs_no_quotes(string sensor) => Assert.Equal(
        sensor, Parse($"sensors: [{{name: t, sensor: {sensor}, min: 0}}]").SensorSources[0].Sensors[0].Sensor);

    [Fact]
    public void A_polynomial_stands_for_scale_and_offset() => Assert.Equal(
        new Calibration([0.5, 1, -2e-3]),
        Parse("sensors: [{name: t, sensor: thermal cpu-thermal, polynomial: '0.5 1 -2e-3'}]")
            .SensorSources[0].Sensors[0].Calibration);

    [Fact]
    public void A_line_may_say_everything()
    {
        var config = Parse("lines: [{name: door, chip: /dev/gpiochip4, line: 17, activeLow: true, bias: pull-up, "
            + "edges: falling, debounce: 5ms, report: count, period: 1s}]");
        Assert.Empty(config.SensorSources);
        Assert.Equal(
            new GpioInputOptions
            {
                Name = "door", Chip = "/dev/gpiochip4", Line = 17, IsActiveLow = true, Bias = "pull-up",
                Edges = "falling", Debounce = TimeSpan.FromMilliseconds(5), Report = "count",
                Period = TimeSpan.FromSeconds(1),
            },
            Assert.Single(Assert.Single(config.LineSources).Lines));
    }

    [Fact]
    public void A_buffer_may_say_everything() => Assert.Equal(
        new IioBufferOptions
        {
            Name = "s", Device = "s", Chip = "adxl345@1-0053", Channels = ["accel_x", "accel_y"], Trigger = "hr0",
            Rate = 3200, Length = 1024,
        },
        Assert.Single(Parse("buffers: [{chip: adxl345@1-0053, channels: [accel_x, accel_y], trigger: hr0, rate: 3200, "
            + "length: 1024}]").BufferSources));

    [Theory]
    [InlineData("device: d", "needs 'sensors', 'buffers' or 'lines'")]
    [InlineData("sensors: [{name: t, sensor: lm75}]", "'lm75' is no sensor; write it like 'hwmon lm75 temp1'")]
    [InlineData("sensors: [" + Sensor + ", " + Sensor + "]", "the value 't' stands twice")]
    [InlineData("sensors: [" + Sensor + "], lines: [{name: t, line: 1}]", "the value 't' stands twice")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, unit: '°C'}]", "degrees Celsius are Cel")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, min: 5, max: 4}]", "'min' is above 'max'")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, deadband: -1}]", "'deadband'")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, polynomial: '1 x'}]", "'polynomial' has 'x', which is no number")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, polynomial: '1 2 3 4 5 6 7 8 9'}]", "allowed are 1 to 8")]
    [InlineData("sensors: [{name: t, sensor: w1 28-1, polynomial: '1', scale: 2}]", "leave them out")]
    [InlineData("buffers: [{chip: adxl345}]", "'channels' needs 1 to 64 names of channels")]
    [InlineData("buffers: [{chip: adxl345, channels: [accel_x, accel_x]}]", "each once")]
    [InlineData("buffers: [{chip: a, channels: [x]}, {chip: a, channels: [y]}]", "the chip 'a' stands twice")]
    [InlineData("lines: [{name: door}]", "'line' is missing")]
    [InlineData("lines: [{name: door, line: 1, report: level}]", "'report' cannot be 'level'")]
    [InlineData("stream: none, sensors: [" + Sensor + "]", "there is no stream 'none'")]
    public void What_is_wrong_is_told(string kernel, string message) => Assert.Contains(
        ConfigText.Errors($"sources: [{{name: s, kernel: {{{kernel}}}}}]"),
        error => error.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void One_source_reads_at_most_32_chips()
    {
        var sensors = string.Join(", ", Enumerable.Range(0, 33).Select(i => $"{{name: t{i}, sensor: w1 28-{i}}}"));
        Assert.Contains(
            ConfigText.Errors($"sources: [{{name: s, kernel: {{sensors: [{sensors}]}}}}]"),
            error => error.Contains("there are 33 chips; at most 32 are allowed", StringComparison.Ordinal));
    }

    private static EdgeStream.Gateway.Config.GatewayConfig Parse(string kernel) =>
        ConfigText.Parse($"sources: [{{name: s, kernel: {{{kernel}}}}}]");
}
