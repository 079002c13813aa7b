namespace EdgeStream.Devices;

/// <summary>The channels of the chips under <c>/sys/class/hwmon</c>.</summary>
/// <remarks>Source of names and units: the kernel's Documentation/hwmon/sysfs-interface.rst.</remarks>
internal static class HwmonSensors
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "hwmon";

    private static readonly (string Prefix, string Unit, double PartsPerUnit)[] Quantities =
    [
        ("temp", "Cel", 1000), ("humidity", "%RH", 1000), ("in", "V", 1000), ("curr", "A", 1000),
        ("power", "W", 1_000_000), ("energy", "J", 1_000_000), ("fan", "1/min", 1), ("freq", "Hz", 1),
    ];

    /// <summary>Every channel that has a value.</summary>
    internal static IEnumerable<SensorOffer> List(string root)
    {
        foreach (var folder in KernelFolder.List(Path.Combine(root, "sys/class/hwmon"), "hwmon"))
        {
            if (!KernelFolder.TryReadText(Path.Combine(folder, "name"), out var chip))
            {
                continue;
            }

            var device = Path.GetFileName(new FileInfo(Path.Combine(folder, "device")).LinkTarget)
                ?? Path.GetFileName(folder);
            foreach (var (prefix, unit, partsPerUnit) in Quantities)
            {
                foreach (var (channel, file) in HwmonChannels.List(folder, prefix))
                {
                    KernelFolder.TryReadText(Path.Combine(folder, channel + "_label"), out var label);
                    var fault = Path.Combine(folder, channel + "_fault");
                    yield return new SensorOffer(
                        new SensorAddress(Kind, chip.Replace(' ', '_'), device, channel), label, unit,
                        () => new NumberProbe(file, partsPerUnit, File.Exists(fault) ? fault : null));
                }
            }
        }
    }
}
