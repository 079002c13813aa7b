namespace EdgeStream.Devices;

/// <summary>A sensor that the kernel has, as <see cref="SensorOffers"/> finds it.</summary>
/// <param name="Sensor">Where it is, as the configuration writes it.</param>
/// <param name="Name">A name for its values.</param>
/// <param name="Unit">The unit of its values; empty for none.</param>
/// <param name="Value">What it says now; null for nothing, and where it is a word.</param>
/// <param name="Text">What it says where that is a word; null for nothing.</param>
/// <param name="Problem">Why it says nothing; null where it does.</param>
public sealed record OfferedSensor(
    string Sensor, string Name, string Unit, double? Value, string? Text, string? Problem);
