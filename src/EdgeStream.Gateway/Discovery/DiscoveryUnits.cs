namespace EdgeStream.Gateway.Discovery;

/// <summary>What Home Assistant calls the units that readings have, and what kind of value each measures.</summary>
/// <remarks>Units are those of SenML and UCUM, as dialects write them, and what devices write themselves. Where a unit
/// says nothing, the end of a field's name may: <c>cpu_temperature_celsius</c>. Source: the pages "MQTT Sensor" and
/// "Sensor" of Home Assistant's documentation.</remarks>
internal static class DiscoveryUnits
{
    /// <summary>The unit and the device class of a field; null for none.</summary>
    /// <param name="field">The field's path.</param>
    /// <param name="unit">The unit of its readings; empty where none is known.</param>
    public static (string? Unit, string? DeviceClass) Of(string field, string unit)
    {
        var name = field[(field.LastIndexOf('.') + 1)..];
        return unit.Length > 0 ? OfUnit(name, unit) : OfName(name);
    }

    /// <summary>Whether a value of this class only grows, as a meter's does.</summary>
    public static bool IsTotal(string? deviceClass) => deviceClass == "energy";

    private static (string?, string?) OfUnit(string name, string unit) => unit switch
    {
        "Cel" or "°C" or "C" => ("°C", "temperature"),
        "[degF]" or "°F" or "F" => ("°F", "temperature"),
        "K" => ("K", "temperature"),
        "%RH" => ("%", "humidity"),
        "%EL" => ("%", "battery"),
        "%" when Has(name, "humidity") => ("%", "humidity"),
        "%" when Has(name, "battery") => ("%", "battery"),
        "W" or "kW" => (unit, "power"),
        "Wh" or "kWh" => (unit, "energy"),
        "V" or "mV" => (unit, "voltage"),
        "A" or "mA" => (unit, "current"),
        "VA" => ("VA", "apparent_power"),
        "var" => ("var", "reactive_power"),
        "Hz" => ("Hz", "frequency"),
        "Pa" or "hPa" or "kPa" or "bar" or "mbar" => (unit, "pressure"),
        "lx" => ("lx", "illuminance"),
        "dBm" => ("dBm", "signal_strength"),
        "s" or "min" or "h" => (unit, "duration"),
        "m/s" or "km/h" => (unit, "speed"),
        "ppm" when Has(name, "co2") => ("ppm", "carbon_dioxide"),
        _ => (unit, null),
    };

    private static (string?, string?) OfName(string name) => name switch
    {
        _ when Ends(name, "_celsius") => ("°C", "temperature"),
        _ when Ends(name, "humidity_percent") => ("%", "humidity"),
        _ when Ends(name, "battery_percent") => ("%", "battery"),
        _ when Ends(name, "_percent") => ("%", null),
        _ when Ends(name, "_volts") => ("V", "voltage"),
        _ when Ends(name, "_amperes") => ("A", "current"),
        _ when Ends(name, "_watts") => ("W", "power"),
        _ when Ends(name, "_hectopascals") => ("hPa", "pressure"),
        _ when Ends(name, "_pascals") => ("Pa", "pressure"),
        _ when Ends(name, "_bytes_per_second") => ("B/s", "data_rate"),
        _ when Ends(name, "_bytes") => ("B", "data_size"),
        _ when Ends(name, "_seconds") => ("s", "duration"),
        _ when Ends(name, "_rpm") => ("rpm", null),
        _ => (null, null),
    };

    private static bool Has(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
