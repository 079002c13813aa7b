using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Where one record of a message lies in the memory of its <see cref="ReadingBatch"/>.</summary>
internal readonly record struct ReadingRecord(
    int DeviceStart, int DeviceLength, int DataStart, int DataLength, ReadingTime Time, int Readings)
{
    /// <summary>The event time; null for "as it arrives".</summary>
    internal Timestamp? EventTime => Time.IsStated ? new Timestamp(Time.UnixMicroseconds) : null;
}
