using System.Text;

namespace EdgeStream.Devices;

/// <summary>A channel of a scan: where it stands and what its numbers mean.</summary>
internal sealed class IioScanChannel
{
    private readonly double _offset;
    private readonly double _factor;

    /// <summary>Reads what the kernel says of a channel.</summary>
    /// <exception cref="IOException">The device has no such channel in its scans, or its type is not known.</exception>
    internal IioScanChannel(string folder, string channel)
    {
        var elements = Path.Combine(folder, "scan_elements");
        var type = KernelAttribute.ReadText(Path.Combine(elements, $"in_{channel}_type"));
        Element = IioScanElement.TryParse(type, out var element)
            ? element
            : throw new IOException($"The channel {channel} has the type '{type}', which can't be read.");
        Index = (int)KernelAttribute.ReadNumber(Path.Combine(elements, $"in_{channel}_index"));
        Name = Encoding.UTF8.GetBytes(channel);
        var quantity = IioQuantity.Of(IioQuantity.TypeOf(channel));
        Unit = Encoding.UTF8.GetBytes(quantity.Unit);
        _offset = IioProbe.Find(folder, channel, "offset") is { } offset ? KernelAttribute.ReadNumber(offset) : 0;
        var scale = IioProbe.Find(folder, channel, "scale") is { } file ? KernelAttribute.ReadNumber(file) : 1;
        _factor = scale / quantity.PartsPerUnit;
    }

    internal byte[] Name { get; }

    internal byte[] Unit { get; }

    internal IioScanElement Element { get; }

    /// <summary>Its place among the channels of a scan.</summary>
    internal int Index { get; }

    /// <summary>Where its bytes begin in a scan.</summary>
    internal int Start { get; set; }

    /// <summary>The value in a scan, in the unit.</summary>
    internal double Read(ReadOnlySpan<byte> scan) =>
        SensorValue.Of((Element.Read(scan[Start..]) + _offset) * _factor).Number;
}
