namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>Counters of a block device.</summary>
/// <param name="WrittenBytes">Bytes written to it.</param>
/// <param name="Writes">Write requests.</param>
/// <param name="Flushes">Requests to empty its cache.</param>
internal readonly record struct DeviceCount(long WrittenBytes, long Writes, long Flushes)
{
    public static DeviceCount operator -(DeviceCount left, DeviceCount right) => new(
        left.WrittenBytes - right.WrittenBytes, left.Writes - right.Writes, left.Flushes - right.Flushes);
}
