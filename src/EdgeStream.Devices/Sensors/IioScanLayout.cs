namespace EdgeStream.Devices;

/// <summary>How the scans of a buffer lie in memory.</summary>
/// <remarks>
/// The enabled channels come in the order of their indexes, each at a multiple of its own size; a time stamp, which has
/// eight bytes, comes last; a scan ends at a multiple of the largest size in it.
/// </remarks>
internal sealed class IioScanLayout
{
    private const int TimeSizeBytes = 8;

    /// <summary>Lays out channels.</summary>
    internal IioScanLayout(IEnumerable<IioScanChannel> channels, bool hasTime)
    {
        Channels = [.. channels.OrderBy(static channel => channel.Index)];
        var at = 0;
        var largest = hasTime ? TimeSizeBytes : 1;
        foreach (var channel in Channels)
        {
            var size = channel.Element.SizeBytes;
            channel.Start = RoundUp(at, size);
            at = channel.Start + size;
            largest = Math.Max(largest, size);
        }

        TimeStart = hasTime ? RoundUp(at, TimeSizeBytes) : -1;
        at = hasTime ? TimeStart + TimeSizeBytes : at;
        SizeBytes = RoundUp(at, largest);
    }

    /// <summary>The channels in their order.</summary>
    internal IioScanChannel[] Channels { get; }

    /// <summary>Where the time stamp begins; -1 where there is none.</summary>
    internal int TimeStart { get; }

    /// <summary>The size of a scan.</summary>
    internal int SizeBytes { get; }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
