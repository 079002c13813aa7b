using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>A folder with files as the kernel has them below <c>/sys</c>.</summary>
internal sealed class SensorTree : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal string Root => _folder.Path;

    public void Dispose() => _folder.Dispose();

    internal string PathOf(string file) => Path.Combine(Root, file);

    internal void Write(string file, string text)
    {
        var path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>A link, as the classes of <c>/sys</c> hold to their devices.</summary>
    internal void Link(string file, string target)
    {
        var path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateSymbolicLink(path, target);
    }

    /// <summary>An LM75 on an I2C bus.</summary>
    internal SensorTree WithLm75(int number = 0, string device = "1-0048", int millidegrees = 21500)
    {
        Write($"sys/class/hwmon/hwmon{number}/name", "lm75\n");
        Write($"sys/class/hwmon/hwmon{number}/temp1_input", $"{millidegrees}\n");
        Write($"sys/class/hwmon/hwmon{number}/temp1_max", "80000\n");
        Link($"sys/class/hwmon/hwmon{number}/device", $"../../../{device}");
        return this;
    }

    internal SensorReading Read(string sensor) => Reader(sensor).Read();

    internal SensorReader Reader(string sensor) => new(Root, new SensorOptions { Name = "v", Sensor = sensor });
}
