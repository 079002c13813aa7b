namespace EdgeStream.Devices;

/// <summary>The thermal zones, <c>/sys/class/thermal/thermal_zone*</c>.</summary>
/// <remarks>Source: the kernel's Documentation/driver-api/thermal/sysfs-api.rst.</remarks>
internal static class ThermalSensors
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "thermal";

    private const double MillidegreesPerDegree = 1000;

    /// <summary>Every zone; its type is the chip's name.</summary>
    internal static IEnumerable<SensorOffer> List(string root)
    {
        foreach (var folder in KernelFolder.List(Path.Combine(root, "sys/class/thermal"), "thermal_zone"))
        {
            if (KernelFolder.TryReadText(Path.Combine(folder, "type"), out var type))
            {
                var address = new SensorAddress(Kind, type.Replace(' ', '_'), Path.GetFileName(folder), "");
                yield return new SensorOffer(
                    address, "", "Cel", () => new NumberProbe(Path.Combine(folder, "temp"), MillidegreesPerDegree));
            }
        }
    }
}
