namespace EdgeStream.Devices;

/// <summary>What came of reading a sensor once.</summary>
/// <param name="Value">The value, calibrated; nothing of worth where there is a problem.</param>
/// <param name="Unit">The unit of the sensor's kind.</param>
/// <param name="Problem">Why there is no value, a whole sentence; null where there is one.</param>
internal readonly record struct SensorReading(SensorValue Value, string Unit, string? Problem);
