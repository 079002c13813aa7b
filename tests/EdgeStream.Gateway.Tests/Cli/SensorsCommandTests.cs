using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class SensorsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("sensors");

    [Fact]
    public async Task What_the_kernel_has_is_listed_with_the_line_that_reads_it()
    {
        Write("sys/class/hwmon/hwmon0/name", "lm75");
        Write("sys/class/hwmon/hwmon0/temp1_input", "21500");
        Write("sys/class/power_supply/BAT0/status", "Full");
        var (code, output, error) = await CommandLine.RunAsync("sensors", "list", "--root", _folder.Path);
        Assert.Equal(
            "hwmon lm75 temp1\t21.5\tCel\t- {name: lm75_temp1, sensor: hwmon lm75 temp1}\n"
                + "power BAT0 status\tFull\t\t- {name: bat0_status, sensor: power BAT0 status}\n",
            output);
        Assert.Equal((ExitCode.Ok, ""), (code, error));

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[3]);
        var config = ConfigText.Parse(
            "sources:\n- name: s\n  kernel:\n    sensors:\n" + string.Concat(lines.Select(line => $"    {line}\n")));
        Assert.Equal(2, config.SensorSources[0].Sensors.Count);
    }

    [Fact]
    public async Task A_sensor_that_cannot_be_read_is_listed_and_told()
    {
        Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal");
        var (code, output, error) = await CommandLine.RunAsync("sensors", "list", "--json", "--root", _folder.Path);
        using var json = JsonDocument.Parse(output);
        var sensor = json.RootElement[0];
        Assert.Equal("thermal cpu-thermal", sensor.GetProperty("sensor").GetString());
        Assert.Equal(JsonValueKind.Null, sensor.GetProperty("value").ValueKind);
        Assert.Contains("temp", sensor.GetProperty("problem").GetString());
        Assert.Equal((ExitCode.Ok, ""), (code, error));
    }

    [Fact]
    public async Task Chips_that_capture_are_listed_with_their_channels_and_triggers()
    {
        const string Devices = "sys/bus/iio/devices";
        Write($"{Devices}/iio:device0/name", "bme280");
        Write($"{Devices}/iio:device1/name", "adxl345");
        Write($"{Devices}/iio:device1/sampling_frequency", "100.000000");
        Write($"{Devices}/iio:device1/trigger/current_trigger", "");
        Write($"{Devices}/iio:device1/scan_elements/in_accel_x_en", "0");
        Write($"{Devices}/iio:device1/scan_elements/in_accel_x_index", "0");
        Write($"{Devices}/iio:device1/scan_elements/in_accel_z_en", "0");
        Write($"{Devices}/iio:device1/scan_elements/in_timestamp_en", "0");
        Write($"{Devices}/trigger0/name", "hrtimer0");
        var (code, output, error) = await CommandLine.RunAsync("sensors", "list", "--buffers", "--root", _folder.Path);
        const string Line = "- {chip: adxl345, channels: [accel_x, accel_z], trigger: hrtimer0}";
        Assert.Equal($"adxl345\t100\thrtimer0\t{Line}\n", output);
        Assert.Equal((ExitCode.Ok, ""), (code, error));

        var config = ConfigText.Parse($"sources:\n- name: s\n  kernel:\n    buffers:\n    {Line}\n");
        Assert.Equal(["accel_x", "accel_z"], config.BufferSources[0].Channels);
        (_, output, _) = await CommandLine.RunAsync("sensors", "list", "--buffers", "--json", "--root", _folder.Path);
        Assert.Equal(
            """[{"chip":"adxl345","channels":["accel_x","accel_z"],"trigger":"","triggers":["hrtimer0"],"rate":100}]""",
            output.TrimEnd());
    }

    [Theory]
    [InlineData("", "The kernel has no sensors")]
    [InlineData("--lines", "The kernel has no lines")]
    [InlineData("--buffers", "The kernel has no chip that captures")]
    public async Task Where_there_is_nothing_it_says_so(string option, string message)
    {
        var (code, output, error) = await CommandLine.RunAsync(
            ["sensors", "list", "--root", _folder.Path, .. option.Length > 0 ? [option] : Array.Empty<string>()]);
        Assert.StartsWith(message, error);
        Assert.Equal((ExitCode.Ok, ""), (code, output));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
