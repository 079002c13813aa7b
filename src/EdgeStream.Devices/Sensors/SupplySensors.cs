namespace EdgeStream.Devices;

/// <summary>Batteries and other supplies, <c>/sys/class/power_supply</c>.</summary>
/// <remarks>Source of names and units: the kernel's Documentation/ABI/testing/sysfs-class-power.</remarks>
internal static class SupplySensors
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "power";

    private static readonly (string Ending, string Unit, double PartsPerUnit)[] Quantities =
    [
        ("capacity", "%EL", 1), ("voltage_now", "V", 1_000_000), ("voltage_avg", "V", 1_000_000),
        ("voltage_ocv", "V", 1_000_000), ("current_now", "A", 1_000_000), ("current_avg", "A", 1_000_000),
        ("power_now", "W", 1_000_000), ("power_avg", "W", 1_000_000), ("charge_now", "Ah", 1_000_000),
        ("charge_full", "Ah", 1_000_000), ("energy_now", "Wh", 1_000_000), ("energy_full", "Wh", 1_000_000),
        ("temp", "Cel", 10), ("temp_ambient", "Cel", 10), ("time_to_empty_now", "s", 1), ("time_to_full_now", "s", 1),
        ("cycle_count", "", 1), ("online", "", 1), ("present", "", 1),
    ];

    private static readonly string[] Words = ["status", "health", "capacity_level"];

    /// <summary>Every property that can be read as a value.</summary>
    internal static IEnumerable<SensorOffer> List(string root)
    {
        foreach (var folder in KernelFolder.List(Path.Combine(root, "sys/class/power_supply"), ""))
        {
            var supply = Path.GetFileName(folder);
            foreach (var (name, unit, partsPerUnit) in Quantities)
            {
                var file = Path.Combine(folder, name);
                if (File.Exists(file))
                {
                    yield return new SensorOffer(
                        new SensorAddress(Kind, supply, "", name), "", unit, () => new NumberProbe(file, partsPerUnit));
                }
            }

            foreach (var name in Words)
            {
                var file = Path.Combine(folder, name);
                if (File.Exists(file))
                {
                    yield return new SensorOffer(
                        new SensorAddress(Kind, supply, "", name), "", "", () => new TextProbe(file));
                }
            }
        }
    }
}
