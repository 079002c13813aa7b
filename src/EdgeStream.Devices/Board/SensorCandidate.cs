namespace EdgeStream.Devices;

/// <summary>A sensor file that discovery has found.</summary>
/// <param name="Owner">What makes it the same sensor after a rescan: its folder, driver and channel.</param>
/// <param name="Subject">What is measured, before it is made a field name.</param>
/// <param name="Quantity">The end of the field name: quantity and unit.</param>
/// <param name="Path">The file with the value.</param>
/// <param name="FaultPath">The file that says 1 while the value means nothing; null where the driver has none.</param>
/// <param name="UnitsPerField">The kernel's units in one unit of the field.</param>
/// <param name="CpuRank">How surely this is the CPU's temperature, 0 the surest; null when it is not.</param>
internal sealed record SensorCandidate(
    string Owner, string Subject, string Quantity, string Path, string? FaultPath, double UnitsPerField, int? CpuRank);
