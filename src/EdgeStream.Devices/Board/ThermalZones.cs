namespace EdgeStream.Devices;

/// <summary>
/// Finds the thermal zones: <c>/sys/class/thermal/thermal_zone*</c>, <c>type</c> and <c>temp</c> in millidegrees
/// Celsius.
/// </summary>
/// <remarks>Source: the kernel's Documentation/driver-api/thermal/sysfs-api.rst.</remarks>
internal static class ThermalZones
{
    private const double MillidegreesPerDegree = 1000;

    // Raspberry Pi and most Arm boards, Intel packages, older and other Arm kernels.
    private static readonly string[] CpuTypes =
        ["cpu_thermal", "x86_pkg_temp", "bcm2835_thermal", "soc_thermal", "cpu0_thermal", "cpu_0_thermal"];

    /// <summary>All zones, in the order of their numbers.</summary>
    internal static List<SensorCandidate> Discover(string root)
    {
        var found = new List<SensorCandidate>();
        foreach (var zone in KernelFolder.List(Path.Combine(root, "sys/class/thermal"), "thermal_zone"))
        {
            if (!KernelFolder.TryReadText(Path.Combine(zone, "type"), out var type))
            {
                continue;
            }

            var name = FieldNames.Sanitise(type);
            var cpuRank = Array.IndexOf(CpuTypes, name) is var rank and >= 0 ? rank : (int?)null;
            found.Add(new SensorCandidate(
                $"{zone}:{type}", type, "temperature_celsius", Path.Combine(zone, "temp"), null,
                MillidegreesPerDegree, cpuRank));
        }

        return found;
    }
}
