namespace EdgeStream.Devices;

/// <summary>A file with a number, in some part of the unit.</summary>
/// <param name="path">The file.</param>
/// <param name="partsPerUnit">The kernel's parts in one unit of the value.</param>
/// <param name="faultPath">A file that says 1 while the value means nothing; null where there is none.</param>
internal sealed class NumberProbe(string path, double partsPerUnit, string? faultPath = null) : ISensorProbe
{
    /// <inheritdoc/>
    public SensorValue Read() => faultPath is not null && KernelAttribute.ReadText(faultPath) == "1"
        ? throw new IOException($"The chip says that its sensor is faulty: {faultPath} is 1.")
        : SensorValue.Of(KernelAttribute.ReadNumber(path) / partsPerUnit);
}
