namespace EdgeStream.Devices;

/// <summary>A single value of industrial I/O: what the driver has processed, or <c>(raw + offset) ×
/// scale</c>.</summary>
/// <remarks>Scale and offset are read with each value: another gain may have been chosen meanwhile.</remarks>
/// <param name="folder">The device's folder.</param>
/// <param name="channel">The channel, such as <c>voltage0</c> or <c>accel_x</c>.</param>
/// <param name="file">The file with the value.</param>
internal sealed class IioProbe(string folder, string channel, string file) : ISensorProbe
{
    private readonly bool _isRaw = file.EndsWith("_raw", StringComparison.Ordinal);
    private readonly string? _offset = Find(folder, channel, "offset");
    private readonly string? _scale = Find(folder, channel, "scale");
    private readonly double _partsPerUnit = IioQuantity.Of(IioQuantity.TypeOf(channel)).PartsPerUnit;

    /// <inheritdoc/>
    public SensorValue Read()
    {
        var number = KernelAttribute.ReadNumber(file);
        if (_isRaw)
        {
            number += _offset is null ? 0 : KernelAttribute.ReadNumber(_offset);
            number *= _scale is null ? 1 : KernelAttribute.ReadNumber(_scale);
        }

        return SensorValue.Of(number / _partsPerUnit);
    }

    /// <summary>The channel's own file, or the one that all of its type share.</summary>
    internal static string? Find(string folder, string channel, string what)
    {
        var type = IioQuantity.TypeOf(channel);
        foreach (var name in new[] { channel, type, $"{type}-{type}" })
        {
            var path = Path.Combine(folder, $"in_{name}_{what}");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
