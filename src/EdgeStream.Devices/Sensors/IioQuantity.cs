namespace EdgeStream.Devices;

/// <summary>What a channel of industrial I/O measures, and in what the kernel counts it.</summary>
/// <remarks>Source of the kernel's units: Documentation/ABI/testing/sysfs-bus-iio.</remarks>
/// <param name="Unit">The unit of values, by SenML's names; empty for none.</param>
/// <param name="PartsPerUnit">The kernel's units in one of it.</param>
internal readonly record struct IioQuantity(string Unit, double PartsPerUnit)
{
    /// <summary>By the word that a channel begins with; of an unknown one the numbers are as they come.</summary>
    internal static IioQuantity Of(string type) => type switch
    {
        "temp" => new("Cel", 1000),
        "pressure" => new("Pa", 0.001),
        "humidityrelative" => new("%RH", 1000),
        "voltage" or "altvoltage" => new("V", 1000),
        "current" or "altcurrent" => new("A", 1000),
        "power" => new("W", 1000),
        "energy" => new("J", 1),
        "resistance" => new("Ohm", 1),
        "capacitance" => new("F", 1e9),
        "illuminance" => new("lx", 1),
        "accel" or "gravity" => new("m/s2", 1),
        "anglvel" => new("rad/s", 1),
        "angl" or "incli" or "rot" => new("rad", 1),
        "magn" => new("T", 10_000),
        "velocity" => new("m/s", 1),
        "distance" => new("m", 1),
        "concentration" => new("%", 1),
        "electricalconductivity" => new("S/m", 1),
        "ph" => new("pH", 1),
        _ => new("", 1),
    };

    /// <summary>The word that a channel begins with: <c>voltage</c> of <c>voltage0-voltage1</c>.</summary>
    internal static string TypeOf(string channel)
    {
        var end = channel.AsSpan().IndexOfAnyExceptInRange('a', 'z');
        return end < 0 ? channel : channel[..end];
    }
}
