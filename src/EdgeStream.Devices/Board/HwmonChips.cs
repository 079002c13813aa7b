namespace EdgeStream.Devices;

/// <summary>Finds the sensors of every chip under <c>/sys/class/hwmon</c>.</summary>
/// <remarks>
/// Source of names and units: the kernel's Documentation/hwmon/sysfs-interface.rst. Temperatures come in millidegrees
/// Celsius, voltages in millivolts, currents in milliamperes, power in microwatts, fans in revolutions per minute,
/// humidity in thousandths of a percent.
/// </remarks>
internal static class HwmonChips
{
    private static readonly (string Prefix, string Quantity, double UnitsPerField)[] Kinds =
    [
        ("temp", "temperature_celsius", 1000),
        ("in", "voltage_volts", 1000),
        ("curr", "current_amperes", 1000),
        ("power", "power_watts", 1_000_000),
        ("fan", "fan_rpm", 1),
        ("humidity", "humidity_percent", 1000),
    ];

    private static readonly string[] CpuChips = ["coretemp", "k10temp", "zenpower", "cpu_thermal"];

    /// <summary>All sensors but the temperatures that repeat a thermal zone.</summary>
    /// <param name="root">The root of the file tree.</param>
    /// <param name="zones">The zones: the kernel shows each a second time as a chip of the zone's name.</param>
    internal static List<SensorCandidate> Discover(string root, List<SensorCandidate> zones)
    {
        var zoneNames = zones.Select(zone => FieldNames.Sanitise(zone.Subject)).ToHashSet(StringComparer.Ordinal);
        var found = new List<SensorCandidate>();
        foreach (var chip in KernelFolder.List(Path.Combine(root, "sys/class/hwmon"), "hwmon"))
        {
            if (!KernelFolder.TryReadText(Path.Combine(chip, "name"), out var name))
            {
                continue;
            }

            var repeatsZone = zoneNames.Contains(FieldNames.Sanitise(name));
            foreach (var (prefix, quantity, unitsPerField) in Kinds)
            {
                if (prefix == "temp" && repeatsZone)
                {
                    continue;
                }

                var channels = HwmonChannels.List(chip, prefix);
                foreach (var (channel, valueFile) in channels)
                {
                    var part = KernelFolder.TryReadText(Path.Combine(chip, channel + "_label"), out var label) ? label
                        : channels.Count > 1 ? channel : "";
                    var fault = Path.Combine(chip, channel + "_fault");
                    found.Add(new SensorCandidate(
                        $"{chip}:{name}:{channel}", $"{name} {part}", quantity, valueFile,
                        File.Exists(fault) ? fault : null, unitsPerField, CpuRank(name, prefix, channel)));
                }
            }
        }

        return found;
    }

    private static int? CpuRank(string chip, string prefix, string channel) =>
        prefix == "temp" && channel == "temp1" && Array.IndexOf(CpuChips, chip) is var rank and >= 0
            ? 100 + rank
            : null;
}
