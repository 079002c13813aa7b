namespace EdgeStream.Devices;

/// <summary>Thermometers on 1-Wire, <c>/sys/bus/w1/devices</c>, by the driver <c>w1_therm</c>.</summary>
internal static class OneWireSensors
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "w1";

    // DS18S20, DS1822, DS18B20, DS1825, DS28EA00.
    private static readonly string[] Families = ["10-", "22-", "28-", "3b-", "42-"];

    /// <summary>Every thermometer; its number is the chip's name.</summary>
    internal static IEnumerable<SensorOffer> List(string root)
    {
        foreach (var folder in KernelFolder.List(Path.Combine(root, "sys/bus/w1/devices"), ""))
        {
            var number = Path.GetFileName(folder);
            if (Families.Any(family => number.StartsWith(family, StringComparison.Ordinal))
                && (File.Exists(Path.Combine(folder, "w1_slave")) || File.Exists(Path.Combine(folder, "temperature"))))
            {
                yield return new SensorOffer(
                    new SensorAddress(Kind, number, "", ""), "", "Cel", () => new OneWireProbe(folder));
            }
        }
    }
}
